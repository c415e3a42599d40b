import asyncio
from itertools import pairwise

import pytest
from aiosmtplib import SMTPResponse, SMTPServerDisconnected
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.sending.session_errors import OutOfStep
from mailer_service.sending.smtp_dialogue import LONGEST_REPLY_BYTES, SmtpDialogue

REPLIES = b"250 2.1.0 Ok\r\n250-2.1.5 first\r\n250 2.1.5 second\n354\r\n"
READ = [SMTPResponse(250, "2.1.0 Ok"), SMTPResponse(250, "2.1.5 first\n2.1.5 second"), SMTPResponse(354, "")]


class Wire(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.written = b""
        self.is_cut = False

    def write(self, data):
        self.written += data

    def abort(self):
        self.is_cut = True

    def is_closing(self):
        return self.is_cut

    def set_protocol(self, protocol):
        self.protocol = protocol


def dialogue_that_waits(*extensions):
    dialogue = SmtpDialogue(Wire(), extensions)
    dialogue.send_ahead(b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>", b"DATA")
    return dialogue


async def all_replies(dialogue):
    return [await dialogue.reply(seconds=1.0) for _ in READ]


@given(cuts=st.lists(st.integers(0, len(REPLIES)), max_size=8))
def test_replies_are_the_same_however_they_are_cut_up(cuts):
    dialogue = dialogue_that_waits("pipelining")
    edges = [0, *sorted(cuts), len(REPLIES)]

    for begin, end in pairwise(edges):
        dialogue.data_received(REPLIES[begin:end])

    assert asyncio.run(all_replies(dialogue)) == READ
    assert dialogue.is_open


def test_nothing_goes_ahead_to_a_relay_that_does_not_offer_it():
    wire = Wire()

    SmtpDialogue(wire, {"size"}).send_ahead(b"MAIL FROM:<a@b.example>", b"DATA")

    assert wire.written == b""


@pytest.mark.parametrize("said", [b"complete nonsense", b"250\tOk", b"199 x", b""])
async def test_what_is_no_reply_ends_the_dialogue(said):
    dialogue = dialogue_that_waits("pipelining")

    dialogue.data_received(said + b"\r\n250 2.0.0 Kept\r\n")

    with pytest.raises(OutOfStep):
        await dialogue.reply(seconds=1.0)
    assert not dialogue.is_open


async def test_a_reply_without_an_end_ends_the_dialogue():
    dialogue = dialogue_that_waits("pipelining")

    dialogue.data_received(b"250-and\r\n" * LONGEST_REPLY_BYTES)

    with pytest.raises(OutOfStep):
        await dialogue.reply(seconds=1.0)


async def test_replies_that_came_before_the_end_are_read():
    dialogue = dialogue_that_waits("pipelining")

    dialogue.data_received(b"250 2.1.0 Ok\r\n")
    dialogue.connection_lost(None)

    assert await dialogue.reply(seconds=1.0) == SMTPResponse(250, "2.1.0 Ok")
    with pytest.raises(SMTPServerDisconnected):
        await dialogue.reply(seconds=1.0)


async def test_nothing_is_sent_on_a_connection_that_ended():
    dialogue = SmtpDialogue(Wire(), ())
    dialogue.connection_lost(ConnectionResetError("reset by peer"))

    with pytest.raises(SMTPServerDisconnected, match="reset by peer"):
        dialogue.send_mail(b"x\r\n.\r\n")
