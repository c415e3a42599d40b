"""A connection to the relay on which mails may be sent: encrypted and logged in, as its address says."""

import asyncio
import socket
import ssl
from base64 import b64encode

from aiosmtplib import SMTP, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from mailer_service.sending.relay_address import Encryption, RelayAddress
from mailer_service.sending.session_errors import OutOfStep
from mailer_service.sending.time_limits import TimeLimits


async def open_connection(relay: RelayAddress, tls: ssl.SSLContext, limits: TimeLimits) -> SMTP:
    """Raises one of SESSION_ERRORS, with nothing left open."""
    async with asyncio.timeout(limits.connect):
        # Not left to the client, which would wait for as long as DNS lets it.
        own_name = await asyncio.to_thread(socket.getfqdn)
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=own_name,
        use_tls=relay.encryption is Encryption.TLS,
        # Asked for below, where it has a time limit of its own. None would mean: where it is offered.
        start_tls=False,
        tls_context=None if relay.encryption is Encryption.NONE else tls,
    )
    try:
        await client.connect(timeout=limits.connect)
        await client.ehlo(timeout=limits.ehlo)
        if relay.encryption is Encryption.STARTTLS:
            await client.starttls(timeout=limits.starttls)
            await client.ehlo(timeout=limits.ehlo)
        if relay.user is not None and relay.password is not None:
            await log_in(client, relay.user, relay.password, seconds=limits.login)
    except BaseException:
        client.close()
        raise
    return client


async def log_in(client: SMTP, user: str, password: str, *, seconds: float) -> None:
    try:
        await client.login(user, password, timeout=seconds)
    except SMTPResponseException as refusal:
        # A server that refuses a command may quote it, and what it says is logged.
        raise SMTPResponseException(refusal.code, without(password, user, refusal.message)) from None


def without(password: str, user: str, words: str) -> str:
    """`words` without the password, as it is and as AUTH LOGIN and AUTH PLAIN have it (RFC 4616)."""
    encoded = [b64encode(text.encode()).decode() for text in (f"\0{user}\0{password}", password)]
    for secret in filter(None, [*encoded, password]):
        words = words.replace(secret, "…")
    return words


async def ask(client: SMTP, *command: bytes, expected: int = 2, seconds: float) -> None:
    """Send a command and wait for its reply; SMTPResponseException where that is a refusal.

    `expected` is the class of the reply that means yes.
    """
    reply = await client.execute_command(*command, timeout=seconds)
    if reply.code // 100 == expected:
        return
    if reply.code < 400:
        raise OutOfStep(f"{reply.code} {reply.message}")
    raise SMTPResponseException(reply.code, reply.message)


def protocol_of(client: SMTP) -> SMTPProtocol:
    """What the client writes to; raises SMTPServerDisconnected where it is gone."""
    if client.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    return client.protocol
