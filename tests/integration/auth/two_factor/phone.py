"""An authenticator app, written after RFC 4226 and 6238 with no code of ours or of the library we use."""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import timedelta

STEP = timedelta(seconds=30)


def hotp(secret, counter):
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


@dataclass
class Phone:
    """`ahead`: how many steps its clock is ahead."""

    secret: str
    clock: object
    ahead: int = 0

    def code(self, later=0):
        """The one that it shows now, or so many steps later."""
        return hotp(self.secret, int(self.clock().timestamp()) // 30 + self.ahead + later)

    def wrong_code(self):
        """One that fits no clock that is off by ten steps or less."""
        near = {self.code(later) for later in range(-12, 13)}
        return next(code for code in (f"{number:06d}" for number in range(100)) if code not in near)
