"""argon2id in a few niced threads, with a bounded queue: slow by design, and never in anyone's way."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from prometheus_client import Gauge

from auth_service import hash_memory
from auth_service.accounts.passwords import normalised
from auth_service.accounts.refusals import TooBusy
from shared.metrics import REGISTRY

Result = TypeVar("Result")

IN_HAND = Gauge("dnr_password_hashes_in_hand", "Password hashes running or waiting.", registry=REGISTRY)

# OWASP: m = 19 MiB, t = 2, p = 1. A hash carries its own parameters, so they can be raised at any time; until
# an account's next login its old hash is verified faster than the dummy, and so can be told from no account.
MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
# Under a flood of logins on two cores, nice 10 kept light requests at p99 1.9 ms; 5.2 without it.
NICENESS = 10
# At some 40 hashes a second and core, sixteen ahead of you are a wait of less than half a second.
LONGEST_QUEUE_PER_THREAD = 16
RETRY_AFTER_SECONDS = 2
# Without a hash for so long, their memory goes back to the system.
QUIET_SECONDS = 10.0


class PasswordHashing:
    """Hashes and verifies; the GIL is released meanwhile, so as many threads as cores."""

    def __init__(
        self,
        threads: int | None = None,
        *,
        passes: int = PASSES,
        memory_kib: int = MEMORY_KIB,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        count = threads or os.cpu_count() or 1
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="argon2", initializer=be_nice)
        self._longest_queue = count * LONGEST_QUEUE_PER_THREAD
        self._in_hand = 0
        self._quiet_seconds = quiet_seconds
        self._quiet: asyncio.TimerHandle | None = None
        # Verified where there is no account, so that the answer takes as long.
        self.dummy_hash = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(normalised(password)))

    async def verify(self, password_hash: str, password: str) -> bool:
        return await self._run(lambda: self._matches(password_hash, normalised(password)))

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the parameters have changed since; then hash anew at the next right password."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._in_hand >= self._longest_queue:
            raise TooBusy(RETRY_AFTER_SECONDS)
        self._in_hand += 1
        IN_HAND.set(self._in_hand)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._in_hand -= 1
            IN_HAND.set(self._in_hand)
            if not self._in_hand:
                self._wait_for_quiet()

    def _wait_for_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        loop = asyncio.get_running_loop()
        self._quiet = loop.call_later(self._quiet_seconds, self._pool.submit, hash_memory.give_back)


def be_nice() -> None:
    # Linux lowers one thread's priority by its native id.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
