import pytest

from mailer_service.sending.wire_form import Envelope, dotted, path
from mailer_service.writing.composing import ComposedMail


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"a\r\nb\r\n", b"a\r\nb\r\n.\r\n"),
        (b"a\r\n.\r\n..b\r\n", b"a\r\n..\r\n...b\r\n.\r\n"),
        (b".a\r\n", b"..a\r\n.\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n.\r\n"),
        # What some servers would take for the end of the mail.
        (b"a\n.\nb\r.\rc", b"a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n"),
    ],
)
def test_nothing_in_a_mail_can_end_it_early(content, sent):
    assert dotted(content) == sent


def test_an_ordinary_mail_asks_for_no_extension():
    envelope = Envelope.of(ComposedMail("a@b.example", "c@d.example", b"", False))

    assert envelope == Envelope(b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>")


def test_only_an_address_that_needs_it_asks_for_smtputf8():
    envelope = Envelope.of(ComposedMail("a@b.example", "rené@d.example", b"", True))

    assert envelope == Envelope(b"MAIL FROM:<a@b.example> SMTPUTF8", "RCPT TO:<rené@d.example>".encode())


@pytest.mark.parametrize(
    "address", ["a@b.example> SIZE=1", "a@b.example\r\nRSET", "<a@b.example", "a\0@b.example", "\x7f", ""]
)
def test_an_address_can_not_break_out_of_its_command(address):
    with pytest.raises(ValueError, match="break out"):
        path(address)
