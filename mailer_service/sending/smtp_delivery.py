"""One session with the SMTP relay, kept open from mail to mail; one task uses it at a time."""

import asyncio
import ssl
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
)

from mailer_service.sending.relay_address import Encryption, RelayAddress
from mailer_service.sending.smtp_answers import Answer, Deferred, Refused, RelayDown, answer_of, reply_line
from mailer_service.writing.composing import ComposedMail

CONNECT_SECONDS = 15.0
COMMAND_SECONDS = 60.0
# RFC 5321 § 4.5.3.2.6 allows ten minutes for the last reply. A relay of one's own answers within seconds,
# and giving up early makes a double.
DATA_SECONDS = 180.0
QUIT_SECONDS = 2.0

# What a session may die of: the library's errors, and the bare ones of sockets, TLS and time limits.
SESSION_ERRORS = (SMTPException, OSError)
# RFC 4954: authentication required, failed, or wanting encryption. At whatever step it comes, it is about
# us and never about the recipient.
LOGIN_WANTED = frozenset({530, 535, 538})


class SmtpSession:
    def __init__(self, relay: RelayAddress, *, sender: str, tls: ssl.SSLContext) -> None:
        self._relay = relay
        self._sender = sender
        self._tls = tls
        self._client: SMTP | None = None
        self.last_used = 0.0

    @property
    def is_connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def deliver(self, mail: ComposedMail) -> Answer | RelayDown:
        """Hand over `mail`. Only the reply to its last line decides whether that worked."""
        try:
            client = await self._ready_client(mail)
            if client is None:
                return Refused("the relay does not offer SMTPUTF8, which this address needs (RFC 6531)")
        except SESSION_ERRORS as error:
            self._drop()
            if mail.needs_smtputf8 and isinstance(error, SMTPSenderRefused):
                # Asked with an option that other mails do without, so it says nothing about those.
                return answer_of(error.code, error.message)
            return relay_down(error)
        return await self._hand_over(client, mail)

    async def probe(self) -> RelayDown | None:
        """Try all of a delivery that depends on the relay and on us alone; None where it works."""
        try:
            client = await self._connected()
            await client.mail(self._sender, timeout=COMMAND_SECONDS)
            await client.rset(timeout=COMMAND_SECONDS)
        except SESSION_ERRORS as error:
            self._drop()
            return relay_down(error)
        return None

    async def quit(self) -> None:
        """Say goodbye. An error in it means nothing: every mail has had its answer."""
        if self._client is not None and self._client.is_connected:
            with suppress(*SESSION_ERRORS):
                await self._client.quit(timeout=QUIT_SECONDS)
        self._drop()

    async def _ready_client(self, mail: ComposedMail) -> SMTP | None:
        """A client whose relay accepted our sender; None where it lacks what this mail needs."""
        if self.is_connected:
            # Whatever fails on a session that lay idle may be its age: one more try on a new one.
            with suppress(*SESSION_ERRORS):
                return await self._begun(mail)
            self._drop()
        return await self._begun(mail)

    async def _begun(self, mail: ComposedMail) -> SMTP | None:
        client = await self._connected()
        if not mail.needs_smtputf8:
            await client.mail(mail.sender, timeout=COMMAND_SECONDS)
            return client
        if not client.supports_extension("smtputf8"):
            return None
        await client.mail(mail.sender, options=["SMTPUTF8"], encoding="utf-8", timeout=COMMAND_SECONDS)
        return client

    async def _hand_over(self, client: SMTP, mail: ComposedMail) -> Answer | RelayDown:
        encoding = "utf-8" if mail.needs_smtputf8 else "ascii"
        try:
            await client.rcpt(mail.recipient, encoding=encoding, timeout=COMMAND_SECONDS)
            reply = await client.data(mail.content, timeout=DATA_SECONDS)
        except SMTPResponseException as error:
            await self._reset(client)
            if error.code in LOGIN_WANTED:
                return RelayDown(reply_line(error.code, error.message), our_fault=True)
            return answer_of(error.code, error.message)
        except SESSION_ERRORS as error:
            # Perhaps the relay has it all the same. A double is better than a mail that never comes, and
            # it carries the same Message-ID.
            self._drop()
            return Deferred(f"the session was lost: {error}"[:200])
        return answer_of(reply.code, reply.message)

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset(timeout=COMMAND_SECONDS)
        except SESSION_ERRORS:
            self._drop()

    async def _connected(self) -> SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = self._new_client()
            await self._client.connect(timeout=CONNECT_SECONDS)
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
        self.last_used = asyncio.get_running_loop().time()
        return self._client

    def _new_client(self) -> SMTP:
        relay = self._relay
        return SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user,
            password=relay.password,
            use_tls=relay.encryption is Encryption.TLS,
            start_tls=relay.encryption is Encryption.STARTTLS,
            tls_context=None if relay.encryption is Encryption.NONE else self._tls,
            timeout=COMMAND_SECONDS,
        )

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def relay_down(error: Exception) -> RelayDown:
    """Why no mail can be handed over, and whether it is us who must mend something."""
    if isinstance(error, SMTPResponseException):
        # A refusal before any recipient was named: of our login, our sender, or us as a client.
        return RelayDown(reply_line(error.code, error.message), our_fault=error.code >= 500)
    untrusted = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in (error, error.__cause__))
    # The library's own words for a relay without STARTTLS or AUTH; it has no class for them.
    lacking = "not supported by" in str(error) or "No suitable authentication" in str(error)
    return RelayDown(str(error) or type(error).__name__, our_fault=untrusted or lacking)
