"""Any words come through as they are, in ASCII lines that nobody on the way has a reason to change."""

import email
from email import policy
from quopri import decodestring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer_service.writing.mail_body import alternative_body, quoted_printable
from mailer_service.writing.unmailable import Unmailable

PIECES = st.sampled_from(
    [
        "\n", "\r\n", "\r", "\n.\n", "\n..\n", "From het begin\n", "\t", " \n", "\t\r\n", "=", "=\n", "=_",
        "--=_b", "x" * 100, "é" * 40, "🏨", "e\u0301", "\u200f", "\u2028", "\x85", "\x0c", "\x0b", "\x1b",
        "שלום", "\ufeff",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=90)), max_size=14).map(
    lambda pieces: "".join(pieces).replace("\0", "")
)


def with_plain_ends(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(text=TEXTS)
def test_any_text_comes_through(text):
    content = quoted_printable(text)

    assert decodestring(content).decode() == with_plain_ends(text).replace("\n", "\r\n")


@given(text=TEXTS)
@example("x" * 75 + " \n")
@example("x" * 74 + "\t\n")
@example("\u200f\x0c\ufeff0\x80𐀀0000\x80\x80\x80𐀀\t")
def test_its_lines_are_short_and_ascii_and_end_in_nothing_that_is_lost_on_the_way(text):
    content = quoted_printable(text)

    lines = content.split(b"\r\n")
    assert content.isascii()
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 76
    assert not [line for line in lines if line == b"." or line.endswith((b" ", b"\t"))]


@given(text=TEXTS, html=TEXTS)
def test_both_parts_are_read_back_as_they_were(text, html):
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="=_b"\r\n\r\n'

    message = email.message_from_bytes(head + alternative_body(text, html, "=_b"), policy=policy.default)

    parts = list(message.walk())
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    assert [defect for part in parts for defect in part.defects] == []
    assert [part.get_content().replace("\r\n", "\n") for part in parts[1:]] == [
        with_plain_ends(text),
        with_plain_ends(html),
    ]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d"])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(Unmailable, match="body_unsafe"):
        quoted_printable(text)
