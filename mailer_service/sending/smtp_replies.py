"""Replies out of the bytes that a relay sends, however those are cut up (RFC 5321 § 4.2)."""

import re
from collections.abc import Iterator

from aiosmtplib import SMTPResponse

from mailer_service.sending.session_errors import OutOfStep

# Of one reply, over all its lines. An EHLO has a few kB.
LONGEST_REPLY_BYTES = 32_768
# The blank after the code is missing with some.
REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?![0-9])(-?)(.*)", re.DOTALL)


class ReplyReader:
    def __init__(self) -> None:
        self._rest = b""
        self._code: bytes | None = None
        self._texts: list[bytes] = []
        self._bytes = 0

    def read(self, data: bytes) -> Iterator[SMTPResponse]:
        """Those that are complete with `data`. Raises OutOfStep where it is none, and is of no use then."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self._take(line.rstrip(b"\r")):
                yield self._complete()
        self._count(len(self._rest))

    def _take(self, line: bytes) -> bool:
        """Whether it was the last one of its reply."""
        parts = REPLY_LINE.match(line)
        if parts is None or (self._code is not None and self._code != parts[1]):
            raise OutOfStep(f"no reply: {readable(line)}")
        self._count(len(line) + 1)
        self._bytes += len(line) + 1
        self._code = parts[1]
        self._texts.append(parts[3].strip())
        return not parts[2]

    def _complete(self) -> SMTPResponse:
        reply = SMTPResponse(int(self._code or 0), readable(b"\n".join(self._texts)))
        self._code, self._texts, self._bytes = None, [], 0
        return reply

    def _count(self, more: int) -> None:
        if self._bytes + more > LONGEST_REPLY_BYTES:
            raise OutOfStep("a reply without an end")


def readable(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
