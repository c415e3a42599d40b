"""What goes into To and Reply-To is one address on one line, or nothing goes."""

from contextlib import suppress

import pytest
from email_validator import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from mailer_service.writing.mail_addresses import ORDINARY, reply_address, wire_address
from mailer_service.writing.mail_headers import UNSAFE
from mailer_service.writing.unmailable import Unmailable

PIECES = st.sampled_from(
    [
        "@",
        ".",
        "info",
        "example.nl",
        "café",
        "rené",
        "\r\n",
        "\n",
        "\0",
        " ",
        ",",
        "<",
        ">",
        '"',
        "Bcc:",
        "\u2028",
        "\u202e",
    ]
)
ADDRESSES = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=8).map("".join)

ATOMS = st.from_regex("[A-Za-z0-9_+-]{1,40}(\\.[A-Za-z0-9_+-]{1,40})?", fullmatch=True)
LABELS = st.from_regex("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", fullmatch=True)
TOP_LABELS = st.from_regex("[A-Za-z]{2,63}", fullmatch=True)


@given(address=st.one_of(ADDRESSES, st.builds("{}@example.nl".format, ADDRESSES)))
@example(address="info@example.nl\r\nBcc: a@b.example")
@example(address="info@example.nl\n")
@example(address="a@example.nl,b@example.nl")
def test_whatever_is_let_through_is_one_address(address):
    taken = "a@example.nl"

    with suppress(Unmailable):
        taken = wire_address(address)

    assert taken.count("@") == 1
    assert not UNSAFE.search(taken)
    assert not set(taken) & set(' ,;:<>()[]\\"')


@given(address=st.builds("{}@{}.{}".format, ATOMS, LABELS, TOP_LABELS).filter(ORDINARY.fullmatch))
def test_an_address_that_is_checked_in_short_would_pass_the_full_check(address):
    checked = validate_email(
        address, check_deliverability=False, globally_deliverable=False, test_environment=True
    )

    assert checked.ascii_email.lower() == address.lower()


@pytest.mark.parametrize(
    "address",
    [
        "info@example.nl\n",
        "info@example.nl.",
        "info@-a.nl",
        "info@a-.nl",
        "info@xn--caf-dma.nl",
        ".info@example.nl",
        "in..fo@example.nl",
        "ſ@example.nl",
        f"{'a' * 65}@example.nl",
        f"a@{'b' * 64}.nl",
        f"a@{'bcd.' * 63}nl",
        "a@192.0.2.1",
    ],
)
def test_an_address_that_is_out_of_the_ordinary_is_checked_in_full(address):
    assert not ORDINARY.fullmatch(address)


@given(contact=ADDRESSES)
@example(contact="rené@example.nl")
@example(contact="info@café.example")
def test_a_contact_to_reply_to_is_ascii_or_left_out(contact):
    assert (reply_address(contact) or "").isascii()
