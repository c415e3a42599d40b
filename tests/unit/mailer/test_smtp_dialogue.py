import asyncio
import time

import pytest
from aiosmtplib import SMTPResponse, SMTPServerDisconnected

from mailer_service.sending.session_errors import OutOfStep
from mailer_service.sending.smtp_dialogue import SmtpDialogue


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


def test_nothing_goes_ahead_to_a_relay_that_does_not_offer_it():
    wire = Wire()

    SmtpDialogue(wire, {"size"}).send_ahead(b"MAIL FROM:<a@b.example>", b"DATA")

    assert wire.written == b""


async def test_nothing_behind_nonsense_is_taken_for_a_reply():
    dialogue = dialogue_that_waits("pipelining")

    dialogue.data_received(b"complete nonsense\r\n250 2.0.0 Kept\r\n")

    with pytest.raises(OutOfStep):
        await dialogue.reply(seconds=1.0)
    assert not dialogue.is_open


async def test_a_reply_that_nobody_asked_for_ends_the_dialogue():
    dialogue = dialogue_that_waits()

    dialogue.data_received(b"421 4.4.2 Idle\r\n")

    with pytest.raises(OutOfStep, match="unasked: 421"):
        dialogue.send_mail(b"x\r\n.\r\n")


async def test_a_reply_in_the_last_moment_counts():
    dialogue = dialogue_that_waits("pipelining")
    loop = asyncio.get_running_loop()
    asked = asyncio.create_task(dialogue.reply(seconds=0.01))
    # One turn of the loop, in which it begins to wait.
    await asyncio.sleep(0)
    # Neither the time limit nor this is noticed before the loop has nothing else to do.
    loop.call_later(0.02, dialogue.data_received, b"250 2.1.0 Ok\r\n")
    time.sleep(0.05)  # noqa: ASYNC251 - nothing else may run.

    assert await asked == SMTPResponse(250, "2.1.0 Ok")


async def test_asking_in_another_order_than_was_sent_is_a_bug():
    dialogue = dialogue_that_waits("pipelining")

    with pytest.raises(RuntimeError):
        await dialogue.ask(b"RSET", seconds=1.0)


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
