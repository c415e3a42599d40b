"""A bounce finds its event by an address that nobody else can make."""

from uuid import UUID

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.bounces.bounce_address import BounceAddresses

KEY = "0123456789abcdef0123456789abcdef"
EVENT_ID = UUID("01937d3a-8f2e-7c3b-9a41-2f6d5c0b7e18")


@pytest.fixture
def addresses():
    return BounceAddresses("bounce.example.nl", KEY)


@given(event_id=st.uuids())
def test_the_address_of_an_event_is_read_back_as_that_event(event_id):
    addresses = BounceAddresses("bounce.example.nl", KEY)

    address = addresses.address_for(event_id)

    assert addresses.read_bounce_address(address) == event_id


@given(event_id=st.uuids())
def test_the_address_is_one_that_every_relay_takes(event_id):
    address = BounceAddresses("bounce.example.nl", KEY).address_for(event_id)

    valid = validate_email(address, check_deliverability=False)

    assert valid.normalized == address == address.lower()
    assert len(valid.local_part) <= 64


def test_every_try_has_the_same_sender(addresses):
    assert addresses.address_for(EVENT_ID) == addresses.address_for(EVENT_ID)


@pytest.mark.parametrize("rewritten", [str.upper, str.title, lambda it: it.replace("bounce.example", "mx")])
def test_a_relay_that_folds_case_or_rewrites_the_domain_does_no_harm(addresses, rewritten):
    address = rewritten(addresses.address_for(EVENT_ID))

    assert addresses.read_bounce_address(address) == EVENT_ID


def test_another_key_makes_addresses_that_are_not_ours(addresses):
    forged = BounceAddresses("bounce.example.nl", KEY[::-1]).address_for(EVENT_ID)

    assert addresses.read_bounce_address(forged) is None


def test_the_address_of_a_former_key_is_still_ours_and_new_ones_have_the_new_key():
    former, new = BounceAddresses("bounce.example.nl", KEY), BounceAddresses("bounce.example.nl", KEY[::-1])
    both = BounceAddresses("bounce.example.nl", KEY[::-1], KEY)

    assert both.read_bounce_address(former.address_for(EVENT_ID)) == EVENT_ID
    assert both.address_for(EVENT_ID) == new.address_for(EVENT_ID)


@given(place=st.integers(0, 39), character=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_character_of_it_can_be_changed(place, character):
    addresses = BounceAddresses("bounce.example.nl", KEY)
    address = addresses.address_for(EVENT_ID)
    at = len("b+") + place
    changed = address[:at] + character + address[at + 1 :]

    assert (addresses.read_bounce_address(changed) == EVENT_ID) == (changed == address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "b+@x.example",
        "b+aaaaaaaa@x.example",
        "info@hotel.example",
        "MAILER-DAEMON",
        "b+ı@x",
        "b+1890@x",
    ],
)
def test_any_other_address_is_not_ours(addresses, address):
    assert addresses.read_bounce_address(address) is None


@given(address=st.text())
def test_no_text_upsets_the_reading(address):
    assert BounceAddresses("bounce.example.nl", KEY).read_bounce_address(address) is None
