"""What of an address a log may show."""

import pytest

from shared.address_masking import masked_address, masked_addresses


@pytest.mark.parametrize(
    ("address", "masked"),
    [("info@hotel.nl", "in***@hotel.nl"), ("ab@hotel.nl", "a***@hotel.nl"), ("geen adres", "***")],
)
def test_an_address_keeps_its_domain(address, masked):
    assert masked_address(address) == masked


def test_every_address_in_a_reply_is_masked():
    reply = "550 5.1.1 <info@hotel.nl>: unknown; see mailto:postmaster@relay.example, 'x@y'"

    assert masked_addresses(reply) == (
        "550 5.1.1 <in***@hotel.nl>: unknown; see mailto:po***@relay.example, 'x***@y'"
    )


def test_a_text_of_one_endless_word_is_masked_too():
    # Tried at each of its characters, this would take some minutes.
    word = "x" * 1_000_000

    assert (
        masked_addresses(f"{word} info@hotel.nl {word}@hotel.nl") == f"{word} in***@hotel.nl xx***@hotel.nl"
    )


@pytest.mark.parametrize(
    ("reply", "masked"),
    [
        ('550 <"jan.de boer"@hotel.nl> unknown', '550 <"j***@hotel.nl> unknown'),
        ("see https://relay.example/?to=jan%40hotel.nl", "see https:***"),
        ("<prvs=1a2b=jan@hotel.nl>", "<pr***@hotel.nl>"),
        ("250 2.0.0 Ok: queued as 4F1", "250 2.0.0 Ok: queued as 4F1"),
    ],
)
def test_an_address_is_masked_however_a_server_spells_it(reply, masked):
    assert masked_addresses(reply) == masked
