"""A connection to the relay on which mails may be sent: encrypted and logged in, as its address says."""

import asyncio
import socket
import ssl
from base64 import b64encode
from typing import cast

from aiosmtplib import SMTP, SMTPResponseException, SMTPServerDisconnected

from mailer_service.sending.relay_address import Encryption, RelayAddress
from mailer_service.sending.smtp_dialogue import SmtpDialogue
from mailer_service.sending.time_limits import TimeLimits


async def open_connection(relay: RelayAddress, tls: ssl.SSLContext, limits: TimeLimits) -> SmtpDialogue:
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
        return dialogue_on(client)
    except BaseException:
        client.close()
        raise


def dialogue_on(client: SMTP) -> SmtpDialogue:
    """What `client` opened, which it must not use any more."""
    if client.transport is None:
        raise SMTPServerDisconnected("Connection lost")
    # Whichever class the loop has: uvloop's own don't inherit from asyncio's.
    return SmtpDialogue(cast(asyncio.Transport, client.transport), client.esmtp_extensions.keys())


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
