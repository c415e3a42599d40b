"""One session with the SMTP relay, kept open from mail to mail; one task uses it at a time."""

import ssl
from contextlib import suppress

from aiosmtplib import SMTPResponseException

from mailer_service.sending.loop_time import now
from mailer_service.sending.relay_address import RelayAddress
from mailer_service.sending.session_errors import SESSION_ERRORS, OutOfStep, lost, relay_down, unanswered
from mailer_service.sending.smtp_answers import Answer, Refused, RelayDown, answer_of
from mailer_service.sending.smtp_connection import open_connection
from mailer_service.sending.smtp_dialogue import SmtpDialogue
from mailer_service.sending.time_limits import TimeLimits
from mailer_service.sending.wire_form import Envelope, dotted, path
from mailer_service.writing.composing import ComposedMail

MAILS_PER_SESSION = 100
# Longer than this between two mails, and the relay or something on the way may have let go of it unseen.
FRESH_SECONDS = 5.0
# RFC 5321 § 3.8: the relay closes the session, at whatever step it says so.
CLOSING = 421
# The answer to QUIT; to a mail it is none, though it looks like a yes.
GOODBYE = 221
DATA = b"DATA"


class SessionOver(Exception):
    """It ended before any of the mail was sent: another session may do better than `answer`."""

    def __init__(self, answer: Answer | RelayDown) -> None:
        self.answer = answer


class SmtpSession:
    """`sender` is what a probe asks the relay to accept; `mails` is the most on one connection."""

    def __init__(
        self,
        relay: RelayAddress,
        *,
        sender: str,
        tls: ssl.SSLContext,
        mails: int = MAILS_PER_SESSION,
        limits: TimeLimits | None = None,
    ) -> None:
        self._relay = relay
        self._sender = sender
        self._tls = tls
        self._most_mails = mails
        self._limits = limits or TimeLimits()
        self._dialogue: SmtpDialogue | None = None
        self._mails = 0
        self.last_used = 0.0

    @property
    def is_connected(self) -> bool:
        return self._dialogue is not None and self._dialogue.is_open

    async def deliver(self, mail: ComposedMail) -> Answer | RelayDown:
        """Hand over `mail`. Only the reply to its last line decides whether that worked.

        Raises ValueError for what is no address.
        """
        envelope = Envelope.of(mail)
        try:
            if self._mails >= self._most_mails:
                await self.quit()
            return await self._on_any_session(envelope, mail)
        except SessionOver as over:
            return over.answer
        except BaseException:
            # Cancelled or a bug, in the middle of who knows what.
            self._drop()
            raise
        finally:
            self.last_used = now()

    async def probe(self) -> RelayDown | None:
        """Try all of a delivery that depends on the relay and on us alone; None where it works."""
        try:
            dialogue = await self._connected()
            await dialogue.ask(b"MAIL FROM:" + path(self._sender), seconds=self._limits.envelope)
            await dialogue.ask(b"RSET", seconds=self._limits.reset)
        except SESSION_ERRORS as error:
            self._drop()
            return relay_down(error)
        return None

    async def quit(self) -> None:
        """Say goodbye. An error in it means nothing: every mail has had its answer."""
        try:
            if self._dialogue is not None and self._dialogue.is_open:
                with suppress(*SESSION_ERRORS):
                    await self._dialogue.ask(b"QUIT", seconds=self._limits.quit)
        finally:
            self._drop()

    async def _on_any_session(self, envelope: Envelope, mail: ComposedMail) -> Answer | RelayDown:
        if self.is_connected:
            # Whatever ends a session that served before may be its age: one more try on a new one.
            with suppress(SessionOver):
                await self._check_alive()
                return await self._hand_over(envelope, mail)
        return await self._hand_over(envelope, mail)

    async def _check_alive(self) -> None:
        if self._dialogue is None or now() - self.last_used < FRESH_SECONDS:
            return
        try:
            await self._dialogue.ask(b"NOOP", seconds=self._limits.check)
        except SESSION_ERRORS as error:
            raise self._over(relay_down(error)) from error

    async def _hand_over(self, envelope: Envelope, mail: ComposedMail) -> Answer | RelayDown:
        try:
            dialogue = await self._connected()
            if mail.needs_smtputf8 and not dialogue.offers("smtputf8"):
                return Refused("the relay does not offer SMTPUTF8, which this address needs (RFC 6531)")
            self._mails += 1
            dialogue.send_ahead(envelope.mail, envelope.rcpt, DATA)
            await dialogue.ask(envelope.mail, seconds=self._limits.envelope)
        except SMTPResponseException as error:
            if mail.needs_smtputf8 and self.is_connected:
                # Asked with an option that other mails do without, so it says nothing about those.
                raise self._over(answer_of(error.code, error.message)) from error
            raise self._over(relay_down(error)) from error
        except SESSION_ERRORS as error:
            raise self._over(relay_down(error)) from error
        return await self._send(dialogue, envelope, mail)

    async def _send(
        self, dialogue: SmtpDialogue, envelope: Envelope, mail: ComposedMail
    ) -> Answer | RelayDown:
        try:
            await dialogue.ask(envelope.rcpt, seconds=self._limits.envelope)
            await dialogue.ask(DATA, expected=3, seconds=self._limits.data_start)
            dialogue.send_mail(dotted(mail.content))
        except SMTPResponseException as error:
            answer = answer_of(error.code, error.message)
            if isinstance(answer, RelayDown) or error.code == CLOSING:
                raise self._over(answer) from error
            await self._call_off(dialogue)
            return answer
        except SESSION_ERRORS as error:
            raise self._over(lost(error)) from error
        return await self._last_reply(dialogue)

    async def _last_reply(self, dialogue: SmtpDialogue) -> Answer | RelayDown:
        try:
            reply = await dialogue.reply(seconds=self._limits.data_end)
        except SESSION_ERRORS as error:
            self._drop()
            return unanswered(error)
        if reply.code == GOODBYE:
            self._drop()
            return unanswered(OutOfStep(f"{reply.code} {reply.message}"))
        if reply.code == CLOSING:
            self._drop()
        return answer_of(reply.code, reply.message)

    def _over(self, answer: Answer | RelayDown) -> SessionOver:
        self._drop()
        return SessionOver(answer)

    async def _call_off(self, dialogue: SmtpDialogue) -> None:
        try:
            await dialogue.call_off(seconds=self._limits.reset)
        except SESSION_ERRORS:
            self._drop()

    async def _connected(self) -> SmtpDialogue:
        if self._dialogue is None or not self._dialogue.is_open:
            self._dialogue = await open_connection(self._relay, self._tls, self._limits)
            self._mails = 0
            self.last_used = now()
        return self._dialogue

    def _drop(self) -> None:
        if self._dialogue is not None:
            self._dialogue.close()
            self._dialogue = None
