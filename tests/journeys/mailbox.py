"""The mails that really arrived, waited for with a limit."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from playwright.async_api import APIRequestContext

ACTIVATION = "Bevestig uw e-mailadres voor het Digitaal Nachregister"
KNOWN_ADDRESS = "U heeft al een account bij het Digitaal Nachregister"
RESET = "Kies een nieuw wachtwoord voor het Digitaal Nachregister"
PASSWORD_CHANGED = "Uw wachtwoord is gewijzigd"
ADDRESS_CHANGE = "Bevestig uw nieuwe e-mailadres voor het Digitaal Nachregister"
ACCOUNT_CLOSED = "Uw account is gesloten"
TOTP_ENABLED = "2FA staat aan voor uw account"
TOTP_RESET = "2FA is gereset voor uw account"
INVITATION = "Uitnodiging voor het Digitaal Nachregister"
RESET_DISPUTED = "Iemand meldt dat een reset van 2FA niet klopt"
RECOVERY_CODE_USED = "Er is een herstelcode van uw account gebruikt"

ARRIVAL_SECONDS = 20
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Mail:
    id: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """Where the words "deze pagina" lead."""
        (address,) = re.findall(r'<a href="([^"]+)"[^>]*>deze pagina</a>', self.html)
        return unescape(address)

    @property
    def code(self) -> str:
        """The code in the text part, alone on its line."""
        (code,) = re.findall(r"^([0-9a-f]{48})$", self.text, re.MULTILINE)
        return str(code)


class Mailbox:
    def __init__(self, http: APIRequestContext, address: str) -> None:
        self.address = address
        self._http = http

    async def empty(self) -> None:
        await self._http.delete(f"{self.address}/api/messages")

    async def mails_to(self, address: str, subject: str = "") -> list[Mail]:
        """What has arrived by now, the newest first."""
        answer = await self._http.get(f"{self.address}/api/messages")
        mails: list[dict[str, Any]] = await answer.json()
        return [
            Mail(mail["id"], mail["subject"], mail["text"].replace("\r\n", "\n"), mail["html"])
            for mail in mails
            if address in mail["to"] and mail["subject"].startswith(subject)
        ]

    async def newest(self, address: str, subject: str, *, of: int = 1) -> Mail:
        """The newest of `of` such mails, as soon as that many have arrived."""
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                while len(mails := await self.mails_to(address, subject)) < of:
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except TimeoutError:
            subjects = [mail.subject for mail in await self.mails_to(address)]
            raise AssertionError(f"no {of} × {subject!r} for {address}, only {subjects}") from None
        return mails[0]
