"""A call at the relay that leaves no mail: all of a delivery that depends on it and us alone.

Step by step, where a delivery takes them at once: here each one is a sentence of its own.
"""

import re
import ssl
from contextlib import suppress
from ipaddress import ip_address

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from mailer_service.checking.findings import Finding, note, ok, unknown, warning, wrong
from mailer_service.checking.relay_certificate import certificate_problem, expiry_finding
from mailer_service.sending.relay_address import Encryption, RelayAddress
from mailer_service.sending.smtp_answers import reply_line
from mailer_service.writing.mail_addresses import domain_of
from shared.clock import Clock

STEP_SECONDS = 15.0
VISIT_ERRORS = (SMTPException, OSError)
# Our mails have 12 kB at most; a relay that takes less than this was given a wrong limit.
SMALLEST_SIZE = 100_000
# With a letter in its last label: an address is no name.
HOST_NAME = re.compile(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]*")


class VisitOver(Exception):
    """A step failed that all others need."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


class RelayVisit:
    """`name` is the relay's own, after `findings`; None where it gave none that others could look up."""

    def __init__(self, relay: RelayAddress, *, sender: str, tls: ssl.SSLContext, clock: Clock) -> None:
        self._relay = relay
        self._sender = sender
        self._clock = clock
        self._client = SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.encryption is Encryption.TLS,
            start_tls=False,
            tls_context=tls,
            timeout=STEP_SECONDS,
        )
        self._tls = tls
        self.name: str | None = None

    async def findings(self) -> list[Finding]:
        """Up to the first step that fails."""
        found: list[Finding] = []
        try:
            for step in (self._connect, self._encrypt, self._log_in, self._give_sender):
                found += await step()
            found += offers(self._client)
        except VisitOver as over:
            found.append(over.finding)
        finally:
            with suppress(*VISIT_ERRORS):
                await self._client.quit(timeout=STEP_SECONDS)
            self._client.close()
        return found

    async def _connect(self) -> list[Finding]:
        try:
            await self._client.connect()
            answer = await self._client.ehlo()
        except VISIT_ERRORS as error:
            if (untrusted := certificate_problem(error)) is not None:
                raise VisitOver(self._untrusted(untrusted)) from error
            raise VisitOver(
                wrong(
                    f"Relay: no session with {self._relay} comes about: {reason_of(error)}.",
                    "See that SMTP_URL is right, the relay runs and no firewall is in between.",
                )
            ) from error
        self.name = host_name(answer.message)
        return [ok(f"Relay: {self._relay} answers" + (f", as {self.name}." if self.name else "."))]

    async def _encrypt(self) -> list[Finding]:
        if self._relay.encryption is Encryption.NONE:
            return [] if is_local(self._relay.host) else [self._in_clear()]
        if self._relay.encryption is Encryption.STARTTLS:
            await self._start_tls()
        certificate = self._client.get_transport_info("peercert")
        return [expiry_finding(self._relay.host, certificate["notAfter"], self._clock())]

    async def _start_tls(self) -> None:
        if not self._client.supports_extension("starttls"):
            raise VisitOver(
                wrong(
                    f"Relay: {self._relay} offers no STARTTLS, which SMTP_URL asks for; no mail goes out.",
                    "Switch TLS on at the relay, or use the port where it has it.",
                )
            )
        try:
            await self._client.starttls(tls_context=self._tls)
            await self._client.ehlo()
        except VISIT_ERRORS as error:
            raise VisitOver(self._untrusted(certificate_problem(error) or reason_of(error))) from error

    def _untrusted(self, reason: str) -> Finding:
        return wrong(
            f"Relay: TLS with {self._relay} fails, so no mail goes out: {reason}.",
            "Give the relay a certificate for that name; name your own authority's file in SSL_CERT_FILE.",
        )

    def _in_clear(self) -> Finding:
        return warning(
            f"Relay: mails, with the codes in them, go to {self._relay.host} in clear.",
            "Use smtp+starttls:// or smtps:// in SMTP_URL.",
        )

    async def _log_in(self) -> list[Finding]:
        if self._relay.user is None or self._relay.password is None:
            return []
        try:
            await self._client.login(self._relay.user, self._relay.password)
        except VISIT_ERRORS as error:
            raise VisitOver(
                wrong(
                    f"Relay: it refuses the login of SMTP_URL: {reason_of(error)}.",
                    "Mend user and password in SMTP_URL; percent-encode what is special in a URL.",
                )
            ) from error
        return [ok("Relay: it accepts the login of SMTP_URL.")]

    async def _give_sender(self) -> list[Finding]:
        domain = domain_of(self._sender)
        try:
            await self._client.mail(self._sender)
            await self._client.rset()
        except VISIT_ERRORS as error:
            told = f"Relay: it does not accept a sender at {domain}: {reason_of(error)}."
            if isinstance(error, SMTPResponseException) and error.code >= 500:
                raise VisitOver(wrong(told, f"Allow senders at {domain} there, for this client.")) from error
            raise VisitOver(unknown(told, "Try again: it did not say that it never will.")) from error
        return [ok(f"Relay: it accepts a sender at {domain}.")]


def offers(client: SMTP) -> list[Finding]:
    told = (
        ok("Relay: it offers SMTPUTF8, so addresses such as café@example.nl can be mailed.")
        if client.supports_extension("smtputf8")
        else note("Relay: it offers no SMTPUTF8, so addresses such as café@example.nl can't be mailed.")
    )
    size = client.esmtp_extensions.get("size", "")
    # RFC 1870 § 4: 20 digits at most, and 0 stands for no limit.
    if re.fullmatch("[0-9]{1,20}", size) and 0 < int(size) < SMALLEST_SIZE:
        return [told, warning(f"Relay: it takes mails of {size} bytes at most.", f"Allow {SMALLEST_SIZE}.")]
    return [told]


def reason_of(error: Exception) -> str:
    """As one line without a full stop."""
    if isinstance(error, SMTPResponseException):
        return reply_line(error.code, error.message).rstrip(".")
    return (str(error) or type(error).__name__).rstrip(".")


def host_name(greeting: str) -> str | None:
    """The name at the start of an answer to EHLO (RFC 5321 § 4.1.1.1); None where others can't look it up."""
    first = (greeting.split() or [""])[0].rstrip(".").lower()
    return first if HOST_NAME.fullmatch(first) else None


def is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
