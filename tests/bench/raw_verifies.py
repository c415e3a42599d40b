"""The most logins these cores could do: argon2id verifies and nothing else."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher

from auth_service import hash_memory
from auth_service.password_hashing import LANES, MEMORY_KIB, PASSES, be_nice
from tests.bench.processes import own_cpu_seconds

THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class RawRound:
    verifies: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.verifies / self.seconds


class RawVerifies:
    """As in PasswordHashing: the same parameters, as many threads as cores, niced; without the service."""

    def __init__(self, password: str) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._pool = self._threads()
        self._password = password
        self.password_hash = self._hasher.hash(password)

    def start_anew(self) -> None:
        """With other memory from the system, and so another way of sharing the processor's cache."""
        self._pool.shutdown()
        hash_memory.give_back()
        self._pool = self._threads()

    def round(self, seconds: float) -> "RawRound":
        cpu, began = own_cpu_seconds(), time.perf_counter()
        done = sum(self._pool.map(self._verify_until, [began + seconds] * THREADS))
        return RawRound(done, time.perf_counter() - began, own_cpu_seconds() - cpu)

    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(THREADS, initializer=be_nice)

    def _verify_until(self, end: float) -> int:
        done = 0
        while time.perf_counter() < end:
            self._hasher.verify(self.password_hash, self._password)
            done += 1
        return done
