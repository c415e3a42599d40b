"""Somebody at the pages, with a browser and an authenticator app."""

import re
from dataclasses import dataclass, field
from html import unescape

from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.two_factor.phone import STEP, Phone

KEY = re.compile(r"data-key>([A-Z2-7 ]+)<")
OFFER = re.compile(r'data-offer="(\d+)"')
RECOVERY_CODE = re.compile(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>")
OWNER = re.compile(r'name="account" value="([^"]+)"')
SETUP, CODE, PAPER = "/2fa/instellen", "/inloggen/code", "/2fa/herstelcodes"


@dataclass
class Guest:
    """`phone` and `codes` once he has enrolled."""

    browser: object
    clock: object
    phone: Phone | None = None
    codes: list[str] = field(default_factory=list)

    async def get(self, path):
        return await self.browser.get(path)

    async def post(self, path, **fields):
        return await self.browser.post(path, fields)

    async def reads(self, path):
        """The page, as somebody reads it."""
        return await read(await self.get(path))

    async def log_in(self, **more):
        return await self.post("/inloggen", email=ADDRESS, wachtwoord=PASSWORD, **more)

    async def scan(self):
        self.phone = Phone(key_on(await self.reads(SETUP)), self.clock)
        return self.phone

    async def enrol(self, **more):
        """With what he scans now; the app then shows a code that was never used."""
        phone = await self.scan()
        answer = await self.post(SETUP, code=phone.code(), **more)
        assert answer.status == 303
        self.codes = RECOVERY_CODE.findall(await self.reads(PAPER))
        self.clock.advance(STEP)
        return answer

    async def decides(self, **ticked):
        """For his company, on the page about his own."""
        owner = OWNER.search(await self.reads("/account/2fa"))[1]
        return await self.post("/account/2fa/bedrijf", account=owner, **ticked)

    def elsewhere(self, browser):
        """The same person in another browser."""
        return Guest(browser, self.clock, self.phone, self.codes)

    @property
    def session(self):
        return self.browser.cookie("dnr-session")


def key_on(page):
    return KEY.search(page)[1].replace(" ", "")


def step_on(page):
    return OFFER.search(page)[1]


async def read(answer):
    return unescape(await answer.text())
