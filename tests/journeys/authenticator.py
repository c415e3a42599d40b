"""An authenticator app that shares no code with ours: zbarimg reads QR codes, oathtool draws the codes."""

import asyncio
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.async_api import Page

STEP_SECONDS = 30
# The code of the next step is accepted already.
AHEAD = 1
# A clock tells nobody that it has moved on.
LOOK_AGAIN_SECONDS = 0.1
# All that any app was given: none of it may be logged.
EVERY_SECRET: set[str] = set()


@dataclass
class Authenticator:
    """`off`: how many steps its clock is ahead of the right one."""

    secret: str
    off: int = 0
    used: int = 0

    def __post_init__(self) -> None:
        EVERY_SECRET.add(self.secret)

    async def next_code(self) -> str:
        """One that it hasn't given before, as soon as the site would take it; at most a step later."""
        step = max(step_now(), self.used + 1)
        async with asyncio.timeout(STEP_SECONDS + 1):
            while step > step_now() + AHEAD:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        self.used = step
        return self._code_at(step + self.off)

    def code_shown(self) -> str:
        """By its own clock."""
        return self._code_at(step_now() + self.off)

    def wrong_code(self) -> str:
        """One of no step for half an hour around now."""
        near = {self._code_at(step_now() + off) for off in range(-30, 31)}
        return next(code for code in (f"{number:06d}" for number in range(100)) if code not in near)

    def _code_at(self, step: int) -> str:
        return said_by("oathtool", "--totp", "--base32", f"--now=@{step * STEP_SECONDS}", self.secret)


@dataclass(frozen=True)
class Scanned:
    """What a QR code says."""

    label: str
    issuer: str
    secret: str


async def scan(page: Page) -> Scanned:
    """The one QR code on a screenshot of the whole page."""
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "page.png"
        picture.write_bytes(await page.screenshot(full_page=True))
        uri = urlsplit(said_by("zbarimg", "--quiet", "--raw", str(picture)))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    asked = parse_qs(uri.query)
    return Scanned(unquote(uri.path[1:]), asked["issuer"][0], asked["secret"][0])


def step_now() -> int:
    return int(time.time()) // STEP_SECONDS


def said_by(*command: str) -> str:
    """What it writes on standard output, where it succeeds."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 - ours.
    return done.stdout.strip()
