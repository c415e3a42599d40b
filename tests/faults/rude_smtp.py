"""A mail server in a process of its own: it writes down what it takes, and is as rude as it is told.

Lean, because aiosmtpd takes 300 mails/s at most, and a process, because that can really be killed.
"""

import argparse
import asyncio
import os
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.seeds import draws
from tests.faults.smtp_journal import HOSTS, JournalWriter
from tests.faults.smtp_rudeness import DRIP_SECONDS, Moments, ToHandshake, ToMail

END_OF_MAIL = b"\r\n.\r\n"
LONGEST_MAIL = 1_000_000
OK = b"250 2.0.0 Ok"
LEAVING = b"421 4.3.2 Shutting down"
REPLIES = {b"EHLO": b"250-relay.example\r\n250-STARTTLS\r\n250 8BITMIME", b"HELO": b"250 relay.example"}
# Addresses that begin so are nobody's.
NOBODY = "nobody"
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.MULTILINE | re.IGNORECASE)


class Ended(Exception):
    """The session is over; what was written still goes out."""


class Broken(Exception):
    """The session is over at once."""


@dataclass(frozen=True)
class RudeSmtp:
    """`seconds_to_keep` pass between taking a mail and saying so."""

    journal: JournalWriter
    to_mails: Moments[ToMail]
    to_handshakes: Moments[ToHandshake]
    tls: ssl.SSLContext | None
    seconds_to_keep: float

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Conversation(self, reader, writer).hold()
        except (Broken, OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        except Ended:
            # The other side may have gone first.
            with suppress(OSError):
                writer.close()


class Conversation:
    def __init__(self, server: RudeSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._rude: ToMail | None = None

    async def hold(self) -> None:
        self._say(b"220 relay.example")
        while line := await self._reader.readline():
            match line[:4].upper():
                case b"RCPT":
                    self._name_recipient(line)
                case b"DATA":
                    await self._take_mail()
                case b"STAR":
                    await self._encrypt()
                case b"QUIT":
                    self._say(b"221 2.0.0 Bye")
                    raise Ended
                case verb:
                    self._say(REPLIES.get(verb, OK))
        raise Ended

    def _say(self, reply: bytes) -> None:
        self._writer.write(reply + b"\r\n")

    def _name_recipient(self, line: bytes) -> None:
        if line.decode().partition("<")[2].startswith(NOBODY):
            self._say(b"550 5.1.1 Nobody here has that name")
            return
        self._rude = self._server.to_mails.draw()
        if self._rude is not None:
            self._server.journal.note("rude", self._rude)
        if self._rude is ToMail.LEAVE_AT_RECIPIENT:
            self._say(LEAVING)
            raise Ended
        self._say(OK)

    async def _take_mail(self) -> None:
        self._say(b"354 Go on")
        if self._rude is ToMail.DROP_BEFORE_DOT:
            await self._reader.readexactly(500)
            raise Broken
        mail = await self._reader.readuntil(END_OF_MAIL)
        self._refuse_rudely()
        found = MESSAGE_ID.search(mail)
        message_id = found[1].decode() if found else "none"
        host, _ = self._writer.get_extra_info("sockname")
        taken = self._server.journal.note_taken(message_id, host)
        await self._answer()
        self._server.journal.note("told", taken)

    def _refuse_rudely(self) -> None:
        if self._rude is ToMail.LEAVE_AT_DOT:
            self._say(LEAVING)
            raise Ended
        if self._rude is ToMail.SPOIL_TLS:
            os.write(self._writer.get_extra_info("socket").fileno(), b"250 not a TLS record\r\n")
            raise Broken

    async def _answer(self) -> None:
        await asyncio.sleep(self._server.seconds_to_keep)
        if self._rude in {ToMail.STALL, ToMail.STALL_AND_DROP}:
            await asyncio.sleep(self._server.to_mails.draw_stall())
        if self._rude in {ToMail.DROP_AFTER_DOT, ToMail.STALL_AND_DROP}:
            raise Broken
        if self._rude is ToMail.DRIP:
            for byte in OK:
                self._writer.write(bytes([byte]))
                await asyncio.sleep(DRIP_SECONDS)
            self._say(b"")
        else:
            self._say(OK)

    async def _encrypt(self) -> None:
        if self._server.tls is None:
            self._say(b"454 4.7.0 Not now")
            return
        self._say(b"220 2.0.0 Go on")
        rude = self._server.to_handshakes.draw()
        if rude is not None:
            self._server.journal.note("rude", rude)
        if rude is ToHandshake.RESET:
            # In the middle of it: the client's first words are here, and nothing comes back.
            await self._reader.read(100)
            raise Broken
        if rude is ToHandshake.GARBAGE:
            self._say(b"This is no TLS")
            raise Ended
        await self._writer.start_tls(self._server.tls)


async def serve(port: int, server: RudeSmtp) -> None:
    listening = await asyncio.start_server(server.serve, HOSTS, port, limit=LONGEST_MAIL)
    await listening.serve_forever()


def tls_of(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--seconds-to-keep", type=float, default=0.0)
    parser.add_argument("--rude-to-one-mail-in", type=int, default=0)
    parser.add_argument("--rude-to-one-handshake-in", type=int, default=0)
    parser.add_argument("--certificate", type=Path)
    given = parser.parse_args()
    # After each restart other draws, which can be had again too.
    written = given.journal.stat().st_size if given.journal.exists() else 0
    moments = draws(given.seed + written)
    server = RudeSmtp(
        journal=JournalWriter(given.journal),
        to_mails=Moments(moments, ToMail, one_in=given.rude_to_one_mail_in),
        to_handshakes=Moments(moments, ToHandshake, one_in=given.rude_to_one_handshake_in),
        tls=tls_of(given.certificate),
        seconds_to_keep=given.seconds_to_keep,
    )
    asyncio.run(serve(given.port, server))


if __name__ == "__main__":
    main()
