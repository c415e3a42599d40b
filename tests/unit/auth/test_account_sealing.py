"""Secrets are kept sealed, for one account and by a key that can be named."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from auth_service.accounts.sealing import AccountSeal, Sealed, SealUnreadable, key_fingerprint, sealed_at

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ACCOUNT = uuid4()


def test_what_is_sealed_opens_for_its_account():
    seal = AccountSeal([NEW])

    sealed = seal.seal(ACCOUNT, "JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in sealed.token
    assert seal.open(ACCOUNT, sealed) == "JBSWY3DPEHPK3PXP"


def test_it_opens_for_no_other_account():
    seal = AccountSeal([NEW])
    sealed = seal.seal(ACCOUNT, "JBSWY3DPEHPK3PXP")

    with pytest.raises(SealUnreadable, match="another account"):
        seal.open(uuid4(), sealed)


def test_the_first_key_seals_and_every_key_opens():
    before = AccountSeal([OLD]).seal(ACCOUNT, "JBSWY3DPEHPK3PXP")
    seal = AccountSeal([NEW, OLD])

    assert seal.open(ACCOUNT, before) == "JBSWY3DPEHPK3PXP"
    assert seal.seal(ACCOUNT, "x").fingerprint == seal.fingerprint == key_fingerprint(NEW)
    assert seal.fingerprints == {key_fingerprint(NEW), key_fingerprint(OLD)}


def test_a_missing_key_is_named_by_its_fingerprint():
    sealed = AccountSeal([OLD]).seal(ACCOUNT, "JBSWY3DPEHPK3PXP")

    with pytest.raises(SealUnreadable, match=key_fingerprint(OLD)):
        AccountSeal([NEW]).open(ACCOUNT, sealed)


def test_a_token_that_was_tampered_with_does_not_open():
    sealed = AccountSeal([NEW]).seal(ACCOUNT, "JBSWY3DPEHPK3PXP")
    forged = Sealed(sealed.token[:-4] + "AAA=", sealed.fingerprint)

    with pytest.raises(SealUnreadable, match="doesn't open"):
        AccountSeal([NEW]).open(ACCOUNT, forged)


def test_a_fingerprint_tells_nothing_of_its_key():
    assert len(key_fingerprint(NEW)) == 16
    assert key_fingerprint(NEW) not in NEW


def test_a_token_tells_when_it_was_sealed():
    token = Fernet(NEW).encrypt_at_time(b"anything", 1_795_439_100).decode()

    assert sealed_at(token) == datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
