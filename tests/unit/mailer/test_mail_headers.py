"""Whatever a header must say comes through, in short ASCII lines, and can't become a header of its own."""

import email
import re
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.writing.mail_headers import UNSAFE, header_text, sender_value
from mailer_service.writing.unmailable import Unmailable

PIECES = st.sampled_from(
    [
        "=?", "?=", "=?utf-8?q?x?=", "  ", " ", "_", "x" * 90, "é" * 40, "🏨", "👩🏽\u200d🌾", "e\u0301",
        "\u200f", "\u202e", "שלום", "مرحبا", "漢字", "\xa0", "\ufeff", "\U0010ffff", ",", "\"", "\\",
        "<a@b.example>", "B.V.",
    ]
)  # fmt: skip
TEXTS = (
    st.lists(st.one_of(PIECES, st.text(max_size=8), st.text("abc ", max_size=20)), min_size=1, max_size=14)
    .map(lambda pieces: UNSAFE.sub("", "".join(pieces)))
    .filter(bool)
)
ADDRESS = "noreply@nachregister.example"


def as_header(name, value):
    return f"{name}: {value}\r\nTo: a@b.example\r\n\r\n".encode("ascii")


def decoded(value):
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))


@given(subject=TEXTS)
def test_a_subject_comes_through(subject):
    content = as_header("Subject", header_text("Subject", subject))

    old, new = email.message_from_bytes(content), email.message_from_bytes(content, policy=policy.default)

    assert decoded(old["Subject"]) == subject
    assert new["Subject"] == subject
    assert old.defects == new.defects == []
    assert new["Subject"].defects == ()
    assert new.keys() == ["Subject", "To"]


@given(subject=TEXTS)
def test_a_subject_is_folded_into_short_lines_with_something_on_each(subject):
    lines = as_header("Subject", header_text("Subject", subject)).splitlines()

    assert max(map(len, lines)) <= 76
    assert all(line.strip() for line in lines[:-1])


def test_no_encoded_word_holds_half_of_a_character():
    value = header_text("Subject", "🏨é" * 60)

    words = value.split("\r\n ")
    assert len(words) >= 3
    assert "".join(str(make_header(decode_header(word))) for word in words) == "🏨é" * 60


@pytest.mark.parametrize(
    "subject",
    ["Bevestig uw e-mailadres", "B&B: u kunt (weer) inloggen", "Een heel lang onderwerp " * 5 + "einde"],
)
def test_an_ascii_subject_stays_readable_in_the_source(subject):
    assert header_text("Subject", subject).replace("\r\n", "") == subject


@given(product=TEXTS)
def test_the_name_of_the_sender_comes_through_beside_the_address(product):
    content = as_header("From", sender_value(product, ADDRESS))

    sender = email.message_from_bytes(content)["From"]

    name, address = parseaddr(re.sub(r"\r?\n(?=[ \t])", "", sender))
    assert address == ADDRESS
    assert decoded(name) == product
    assert max(map(len, content.splitlines())) <= 78


@given(product=TEXTS)
def test_no_name_adds_a_sender(product):
    content = as_header("From", sender_value(product, ADDRESS))

    sender = email.message_from_bytes(content, policy=policy.default)["From"]

    assert [address.addr_spec for address in sender.addresses] == [ADDRESS]
    assert sender.defects == ()


@pytest.mark.parametrize(
    "write", [lambda it: header_text("Subject", it), lambda it: sender_value(it, ADDRESS)]
)
@pytest.mark.parametrize(
    "evil",
    ["x\r\nBcc: a@b.example", "x\nBcc: a", "x\ry", "x\0", "x\x0by", "x\x1cy", "x\u2028y", "x\x85y", "\ud83d"],
)
def test_a_header_can_not_be_injected(evil, write):
    with pytest.raises(Unmailable, match="header_unsafe"):
        write(evil)


@given(start=st.text(max_size=20), control=st.from_regex(UNSAFE, fullmatch=True), end=st.text(max_size=20))
def test_no_control_character_gets_into_a_header_anywhere(start, control, end):
    with pytest.raises(Unmailable, match="header_unsafe"):
        header_text("Subject", start + control + end)
