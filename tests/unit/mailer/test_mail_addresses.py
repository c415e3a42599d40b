"""What goes into To and Reply-To is one address on one line, or nothing goes."""

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from mailer_service.writing.mail_addresses import reply_address, wire_address
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


@given(contact=ADDRESSES)
@example(contact="rené@example.nl")
@example(contact="info@café.example")
def test_a_contact_to_reply_to_is_ascii_or_left_out(contact):
    assert (reply_address(contact) or "").isascii()
