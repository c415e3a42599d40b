"""Postfix's `smtp-sink`: takes every mail, keeps none, and says how many there were."""

import asyncio
import os
import re
from types import TracebackType
from typing import Self

from deploy.local.ports import draw_port
from tests.bench.postfix_tools import PostfixTools

COUNTER = re.compile(rb"mesg=(\d+)")
BACKLOG = "1000"
# As root it wants to be somebody else.
SOMEBODY = "nobody"


class CountingSink:
    """`wait_seconds`: how long it takes over each mail."""

    def __init__(self, tools: PostfixTools, *, wait_seconds: int = 0) -> None:
        self.port = draw_port()
        # How many mails it took since it started.
        self.mails = 0
        self._tools = tools
        self._wait_seconds = wait_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        options = ["-u", SOMEBODY] if os.geteuid() == 0 else []
        if self._wait_seconds:
            options += ["-w", f"{self._wait_seconds}"]
        self._process = await asyncio.create_subprocess_exec(
            *self._tools.command("smtp-sink", *options, "-c", f"127.0.0.1:{self.port}", BACKLOG),
            env=dict(self._tools.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._reading is not None
        self._process.terminate()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        seen = b""
        while more := await self._process.stdout.read(65_536):
            seen = (seen + more)[-4_096:]
            if counts := COUNTER.findall(seen[: seen.rfind(b"\r") + 1]):
                self.mails = int(counts[-1])
