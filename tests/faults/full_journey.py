"""All that one can do with an address, passwords, codes and an app, by forms and by the API."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any

from tests.faults.browser import Browser
from tests.faults.smtp_sink import SmtpSink
from tests.journeys.authenticator import Authenticator
from tests.journeys.people import Person
from tests.journeys.two_factor import ACCOUNT, CODE, KEY, PAPER, RECOVERY_CODE, SETUP

ARRIVAL_SECONDS = 30.0
# With characters that quoting and escaping change.
CHOSEN = 'Zwarte "zwaan" & één ijsbeer / 7'
NEW = "paarse + olifant <fietst> naar ’t wad"
AGAIN = "groene kikker ~ kwaakt 'n uur lang"
WRONG = "zeven gele lantaarns? zwaaien = heen"
TOO_SHORT = "vier muizén"
PASSWORDS = (CHOSEN, NEW, AGAIN, WRONG, TOO_SHORT)
MISTYPED_CODE = "5e" * 24


@dataclass
class Mails:
    """Of one address."""

    email: str
    sink: SmtpSink

    async def newest_code(self, *, of: int) -> str:
        """Of the last of so many mails, once they have come."""
        async with asyncio.timeout(ARRIVAL_SECONDS):
            while len(mails := [mail for mail in self.sink.mails if mail.recipient == self.email]) < of:
                await asyncio.sleep(0.05)
        return mails[of - 1].code or ""


def ways_to_write(secret: str) -> set[str]:
    """What an app is given, and the bytes that it stands for."""
    return {secret, base64.b32decode(secret).hex()}


@dataclass
class FormsJourney:
    """`begin` is what can be done before any mail is relayed; `go_on` needs the mails."""

    mails: Mails
    browser: Browser
    # Of sessions, receipts and known browsers.
    tokens: set[str] = field(default_factory=set)
    # Of the second factor, but for codes of six digits: they are in many a number.
    factors: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        await self._send(400, "/registreren", Person(self.mails.email, TOO_SHORT).posted)
        await self._send(303, "/registreren", Person(self.mails.email, CHOSEN).posted)
        await self._log_in(303, CHOSEN)
        await self._send(303, "/activeren/nieuwe-code", {"email": self.mails.email})

    async def go_on(self) -> None:
        await self._send(400, "/activeren", {"code": MISTYPED_CODE})
        code = await self.mails.newest_code(of=2)
        await self._send(303, "/activeren", {"code": code.upper()})
        await self._send(400, "/activeren", {"code": code})
        await self._log_in(400, WRONG)
        await self._log_in(303, CHOSEN)
        assert (await self.browser.get("/account")).status == 200
        await self._send(303, "/uitloggen", {}, form_on="/account")
        await self._choose_another()
        await self._log_in(303, NEW)
        await self._send(303, "/registreren", Person(self.mails.email, AGAIN).posted)
        await self.mails.newest_code(of=5)
        await self._use_two_factors()

    async def _use_two_factors(self) -> None:
        """The last recovery codes are not said to be kept: they stay to be shown."""
        key = KEY.search(await (await self.browser.get(SETUP)).text())
        assert key
        app = Authenticator(key[1].replace(" ", ""))
        await self._send(400, SETUP, {"code": app.wrong_code()})
        await self._send(303, SETUP, {"code": await app.next_code()})
        self.factors |= ways_to_write(app.secret)
        codes = await self._note_recovery_codes()
        for path, code in ((CODE, await app.next_code()), ("/inloggen/herstelcode", codes[0])):
            await self._send(303, "/uitloggen", {}, form_on="/account")
            await self._log_in(303, NEW)
            await self._send(303, path, {"code": code})
        await self._send(303, "/account/2fa/herstelcodes", {}, form_on=ACCOUNT)
        await self._note_recovery_codes()

    async def _note_recovery_codes(self) -> list[str]:
        codes = RECOVERY_CODE.findall(await (await self.browser.get(PAPER)).text())
        self.factors |= {*codes, *(code.replace("-", "") for code in codes)}
        return codes

    async def _choose_another(self) -> None:
        await self._send(303, "/wachtwoord-vergeten", {"email": self.mails.email})
        code = await self.mails.newest_code(of=3)
        await self._send(400, "/wachtwoord-herstellen", {"code": code, "nieuwWachtwoord": TOO_SHORT})
        await self._send(303, "/wachtwoord-herstellen", {"code": code, "nieuwWachtwoord": NEW})

    async def _log_in(self, status: int, password: str) -> None:
        await self._send(status, "/inloggen", {"email": self.mails.email, "wachtwoord": password})

    async def _send(self, status: int, path: str, fields: dict[str, str], form_on: str | None = None) -> None:
        answer = await self.browser.send(path, fields, form_on=form_on)
        assert answer.status == status, f"{path} answered {answer.status}: {await answer.text()}"
        cookies = {cookie.key: cookie.value for cookie in self.browser.http.cookie_jar}
        self.tokens |= {cookies[name] for name in cookies.keys() - {"dnr-csrf", "dnr-notice"}}


@dataclass
class ApiJourney:
    """The same, without cookies."""

    mails: Mails
    browser: Browser
    tokens: set[str] = field(default_factory=set)
    factors: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        await self._post(400, "registraties", registration(self.mails.email, TOO_SHORT))
        taken = await self._post(202, "registraties", registration(self.mails.email, CHOSEN))
        self.tokens.add(taken["ontvangstbewijs"])
        await self._post(202, "activatiecodes", {"email": self.mails.email})

    async def go_on(self) -> None:
        await self._post(400, "activaties", {"code": MISTYPED_CODE, "wachtwoord": CHOSEN})
        code = await self.mails.newest_code(of=2)
        await self._post(400, "activaties", {"code": code, "wachtwoord": WRONG})
        await self._post(204, "activaties", {"code": code, "wachtwoord": CHOSEN})
        await self._log_in(401, WRONG)
        token = (await self._log_in(201, CHOSEN))["token"]
        self.tokens.add(token)
        await self._ask("GET", 200, token)
        await self._ask("DELETE", 204, token)
        await self._ask("GET", 401, token)
        await self._choose_another()
        token = (await self._log_in(201, NEW))["token"]
        self.tokens.add(token)
        # On offer to the end, and never accepted.
        offered = await self._post(201, "totp-aanbiedingen", {}, token)
        self.factors |= ways_to_write(offered["geheim"])
        await self.mails.newest_code(of=4)

    async def _choose_another(self) -> None:
        await self._post(202, "wachtwoordherstelverzoeken", {"email": self.mails.email})
        code = await self.mails.newest_code(of=3)
        await self._post(400, "wachtwoordherstellingen", {"code": code, "nieuwWachtwoord": TOO_SHORT})
        await self._post(204, "wachtwoordherstellingen", {"code": code, "nieuwWachtwoord": NEW})

    async def _log_in(self, status: int, password: str) -> dict[str, Any]:
        return await self._post(status, "sessies", {"email": self.mails.email, "wachtwoord": password})

    async def _post(
        self, status: int, call: str, body: dict[str, Any], token: str | None = None
    ) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.browser.http.post(f"/v1/{call}", json=body, headers=bearer) as answer:
            assert answer.status == status, f"{call} answered {answer.status}: {await answer.text()}"
            return dict(await answer.json(content_type=None) or {})

    async def _ask(self, method: str, status: int, token: str) -> None:
        bearer = {"Authorization": f"Bearer {token}"}
        async with self.browser.http.request(method, "/v1/sessies/huidige", headers=bearer) as answer:
            assert answer.status == status, f"{method} answered {answer.status}"


def registration(email: str, password: str) -> dict[str, Any]:
    posted = Person(email, password).posted
    return {**posted, "aantalSlaapplekken": int(posted["aantalSlaapplekken"])}
