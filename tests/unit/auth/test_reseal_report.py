"""What the operator is told when keys are changed: one sentence, with fingerprints and numbers only."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from auth_service.accounts.sealing import AccountSeal, key_fingerprint
from auth_service.flows.resealing import StoreOutcome
from auth_service.flows.sealed_stores import AccountSecrets, MailedCodes
from auth_service.reseal_report import SealsLeft, verdict
from auth_service.storage.sealed_places import SEALED_PLACES

NEW, OLD, OLDER = (Fernet.generate_key().decode() for _ in range(3))
UNTIL = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)


def secrets(*keys):
    return AccountSecrets(SEALED_PLACES[0], AccountSeal(keys))


def outcome(store, *, resealed=0, late=0, held=0, unreadable=()):
    return StoreOutcome(store, resealed, late, held, Counter(dict(unreadable)))


def told(*outcomes):
    return verdict(outcomes, codes_end_at=UNTIL)


def test_old_keys_can_be_removed_and_at_the_mailer_later():
    older, old = sorted([key_fingerprint(OLD), key_fingerprint(OLDER)])

    said = told(outcome(secrets(NEW, OLD, OLDER)), outcome(MailedCodes([NEW, OLD])))

    assert said == (
        f"Everything is sealed by the first keys: now remove {older} and {old} from SEALING_KEYS, and"
        f" {key_fingerprint(OLD)} from MESSAGE_SEALING_KEYS (at the mailer not before 2026-11-24 13:05 UTC)."
    )


def test_a_setting_whose_only_key_it_is_keeps_it():
    said = told(outcome(secrets(NEW)), outcome(MailedCodes([NEW, OLD])))

    assert "from SEALING_KEYS" not in said
    assert told(outcome(secrets(NEW))) == "Everything is sealed by the first keys: there are no old ones."


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"held": 2}, "2 of totp_enrolments are in others' hands; run this again."),
        (
            {"late": 3},
            "3 of totp_enrolments were sealed by an old key meanwhile; put the new one first in SEALING_KEYS"
            " of every process, and run this again.",
        ),
        (
            {"unreadable": {"0123456789abcdef": 4}},
            "4 of totp_enrolments can't be opened, sealed by 0123456789abcdef, which SEALING_KEYS lacks.",
        ),
    ],
)
def test_old_keys_are_to_be_kept_while_something_is_left(left, words):
    with pytest.raises(SealsLeft) as refused:
        told(outcome(secrets(NEW, OLD), **left), outcome(MailedCodes([NEW, OLD])))

    assert str(refused.value) == f"Keep the old keys: {words}"
