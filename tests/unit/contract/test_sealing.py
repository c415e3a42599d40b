from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from shared.sealing import MessageSeal, SealUnreadable

EVENT_ID = UUID("0193a000-0000-7000-8000-000000000001")
OTHER_ID = UUID("0193a000-0000-7000-8000-000000000002")
CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"


@pytest.fixture
def key():
    return Fernet.generate_key().decode()


@pytest.fixture
def other_key():
    return Fernet.generate_key().decode()


def test_a_seal_opens_for_its_event_and_hides_the_code(key):
    seal = MessageSeal([key])

    sealed = seal.seal(EVENT_ID, CODE)

    assert CODE not in sealed
    assert seal.open(EVENT_ID, sealed) == CODE


def test_a_seal_on_another_message_does_not_open(key):
    seal = MessageSeal([key])

    with pytest.raises(SealUnreadable, match="another event"):
        seal.open(OTHER_ID, seal.seal(EVENT_ID, CODE))


def test_a_seal_of_an_unknown_key_does_not_open(key, other_key):
    sealed = MessageSeal([other_key]).seal(EVENT_ID, CODE)

    with pytest.raises(SealUnreadable, match="MESSAGE_SEALING_KEYS"):
        MessageSeal([key]).open(EVENT_ID, sealed)


@pytest.mark.parametrize("sealed", ["", "geen zegel", "gAAAAABsealed", "é"])
def test_what_is_no_seal_does_not_open(sealed, key):
    with pytest.raises(SealUnreadable):
        MessageSeal([key]).open(EVENT_ID, sealed)


@pytest.mark.parametrize("content", [b"not json", b'"one"', b"[1, 2, 3]", b"7", b"null"])
def test_a_seal_around_something_else_does_not_open(content, key):
    sealed = Fernet(key).encrypt(content).decode()

    with pytest.raises(SealUnreadable):
        MessageSeal([key]).open(EVENT_ID, sealed)


def test_keys_rotate_without_losing_what_is_under_way(key, other_key):
    before, during, after = MessageSeal([key]), MessageSeal([other_key, key]), MessageSeal([other_key])

    assert during.open(EVENT_ID, before.seal(EVENT_ID, CODE)) == CODE
    assert after.open(EVENT_ID, during.seal(EVENT_ID, CODE)) == CODE
