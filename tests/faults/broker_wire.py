"""AMQP between a process of ours and the broker, read on its way: what is handed out, acked and published."""

import asyncio
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from pamqp.base import Frame
from pamqp.commands import Basic, Channel
from pamqp.frame import unmarshal
from pamqp.header import ContentHeader

from tests.faults.ledger import Delivery, End, Ledger

FRAME_HEAD = struct.Struct(">BHI")
# The others are bodies and heartbeats.
METHOD, CONTENT_HEADER = 1, 2
# What a client says first is no frame.
GREETING, GREETING_BYTES = b"AMQP", 8

ReadFrame = Frame | ContentHeader


class BrokerWire:
    """Forwards to the broker and hides nothing; `known_as` is who connects, for the ledger."""

    def __init__(self, broker_url: str, known_as: str, ledger: Ledger) -> None:
        self.known_as = known_as
        self._broker = urlsplit(broker_url)
        self._ledger = ledger
        self._server: asyncio.Server | None = None
        self._connections = 0

    @property
    def url(self) -> str:
        assert self._server is not None, "the wire isn't there yet"
        port = self._server.sockets[0].getsockname()[1]
        credentials = self._broker.netloc.rpartition("@")[0]
        return urlunsplit(self._broker._replace(netloc=f"{credentials}@127.0.0.1:{port}"))

    @property
    def is_quiet(self) -> bool:
        """Nobody is connected, and all that was is noted."""
        return self._connections == 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(self._broker.hostname, self._broker.port)
        except OSError:
            writer.transport.abort()
            return
        self._connections += 1
        notes = ConnectionNotes(self.known_as, self._ledger)
        try:
            await asyncio.gather(
                pump(reader, far_writer, notes.hear_client), pump(far_reader, writer, notes.hear_broker)
            )
        finally:
            notes.end()
            self._connections -= 1
            for end in (writer, far_writer):
                end.close()


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Callable[[int, ReadFrame], None]
) -> None:
    """To the end, and then only says so: what was acked before it must reach the broker."""
    unread = bytearray()
    with suppress(OSError):
        while data := await reader.read(65_536):
            unread += data
            for channel, frame in frames_of(unread):
                hear(channel, frame)
            writer.write(data)
            # Whoever has gone takes no more of it; it is noted all the same.
            with suppress(OSError):
                await writer.drain()
    with suppress(OSError):
        writer.write_eof()


def frames_of(unread: bytearray) -> Iterator[tuple[int, ReadFrame]]:
    """The whole ones by channel, taken off."""
    while len(unread) >= GREETING_BYTES:
        if unread.startswith(GREETING):
            del unread[:GREETING_BYTES]
            continue
        kind, channel, size = FRAME_HEAD.unpack_from(unread)
        end = FRAME_HEAD.size + size + 1
        if len(unread) < end:
            return
        if kind in (METHOD, CONTENT_HEADER):
            frame = unmarshal(bytes(unread[:end]))[2]
            assert isinstance(frame, ReadFrame)
            yield channel, frame
        del unread[:end]


class ConnectionNotes:
    """What one connection carries, told to the ledger."""

    def __init__(self, known_as: str, ledger: Ledger) -> None:
        self._known_as = known_as
        self._ledger = ledger
        # By channel and delivery tag.
        self._open: dict[tuple[int, int], Delivery] = {}
        # By channel, until the header comes that names the message.
        self._announced: dict[int, Basic.Deliver] = {}
        self._publishing: dict[int, str] = {}

    def hear_broker(self, channel: int, frame: ReadFrame) -> None:
        match frame:
            case Basic.Deliver():
                self._announced[channel] = frame
            case ContentHeader() if announced := self._announced.pop(channel, None):
                event_id, again = str(frame.properties.message_id), bool(announced.redelivered)
                delivery = self._ledger.note_delivery(event_id, self._known_as, again=again)
                self._open[channel, int(announced.delivery_tag or 0)] = delivery
            case Channel.Close():
                self._interrupt(channel)

    def hear_client(self, channel: int, frame: ReadFrame) -> None:
        match frame:
            case Basic.Publish():
                self._publishing[channel] = str(frame.exchange)
            case ContentHeader() if exchange := self._publishing.pop(channel, None):
                self._ledger.note_publishing(str(frame.properties.message_id), self._known_as, exchange)
            case Basic.Ack():
                assert not frame.multiple, "nobody here acks several at once"
                self._end(channel, int(frame.delivery_tag or 0), End.ACKED)
            case Basic.Nack() | Basic.Reject():
                self._end(channel, int(frame.delivery_tag or 0), End.HANDED_BACK)

    def end(self) -> None:
        for channel in {channel for channel, _ in self._open}:
            self._interrupt(channel)

    def _interrupt(self, channel: int) -> None:
        for tag in [tag for opened, tag in self._open if opened == channel]:
            self._end(channel, tag, End.INTERRUPTED)

    def _end(self, channel: int, tag: int, end: End) -> None:
        # An ack that comes after the channel was closed is nobody's.
        if delivery := self._open.pop((channel, tag), None):
            self._ledger.note_end(delivery, end)
