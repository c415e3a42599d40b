"""Made-up facts and the parts that turn them into mails."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from mailer_service.writing.composing import Composer
from mailer_service.writing.rendering import Renderer
from shared.mail_facts import (
    AccountUnused,
    ActivationCodeIssued,
    EmailChangeCodeIssued,
    EmailChanged,
    EmailChangeStage,
    Fact,
    GemeenteContact,
    InvitationIssued,
    InvitedAs,
    NewDeviceLogin,
    PasswordResetCodeIssued,
    RecoveryCodeUsed,
    RegistrationRejected,
    SuspiciousLogins,
    TotpRequiredAnnounced,
    TotpReset,
    TotpResetAnnounced,
    TotpResetBy,
    TotpResetDisputed,
)

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
EVENT_ID = UUID("01937d3a-8f2e-7c3b-9a41-2f6d5c0b7e18")
CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
PRODUCT = "Digitaal Nachregister"
SENDER = "noreply@nachregister.example"
ZEEDORP = GemeenteContact(name="Zeedorp", email="nachtregister@zeedorp.example", phone="0228 123456")

EXTRA: dict[type[Fact], dict[str, object]] = {
    ActivationCodeIssued: {
        "expires_at": NOW + timedelta(hours=24),
        "kept_until": NOW + timedelta(days=7),
        "sealed_code": "sealed",
    },
    PasswordResetCodeIssued: {"expires_at": NOW + timedelta(hours=1), "sealed_code": "sealed"},
    EmailChangeCodeIssued: {"expires_at": NOW + timedelta(hours=24), "sealed_code": "sealed"},
    TotpReset: {"reset_by": TotpResetBy.OWNER, "required": False},
    RecoveryCodeUsed: {"remaining": 7},
    NewDeviceLogin: {"browser": "Firefox", "system": "Windows"},
    EmailChanged: {"stage": EmailChangeStage.DONE, "new_address_masked": "ja***@pensiondezon.example"},
    InvitationIssued: {
        "invited_as": InvitedAs.GEMEENTEMEDEWERKER,
        "invited_by": "jan@zeedorp.example",
        "sealed_code": "sealed",
    },
    TotpRequiredAnnounced: {"required_from": datetime(2026, 12, 31, 23, tzinfo=UTC)},
    AccountUnused: {"closes_at": NOW + timedelta(days=60)},
    RegistrationRejected: {"reason": "Dit adres ligt niet in onze gemeente."},
    SuspiciousLogins: {"password_was_right": False},
    TotpResetAnnounced: {
        "reset_by": TotpResetBy.GEMEENTE,
        "reset_at": NOW + timedelta(hours=24),
        "sealed_code": "sealed",
    },
    TotpResetDisputed: {
        "account_email": "info@pensiondezon.example",
        "reset_by": TotpResetBy.GEMEENTE,
        "reset_at": NOW + timedelta(hours=24),
        "prevented": True,
    },
}


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def event_id():
    return EVENT_ID


@pytest.fixture
def code():
    return CODE


@pytest.fixture
def make_fact():
    def make(model, **changes):
        fields = {
            "to": "info@pensiondezon.example",
            "gemeente": ZEEDORP,
            "company_name": "Pension De Zon",
            "occurred_at": NOW,
            "expires_at": NOW + timedelta(days=7),
        }
        return model(**{**fields, **EXTRA.get(model, {}), **changes})

    return make


@pytest.fixture
def make_renderer():
    def make(public_url):
        return Renderer(product=PRODUCT, sender=SENDER, public_url=public_url)

    return make


# One for all: a new one compiles every template anew.
@pytest.fixture(scope="session")
def renderer():
    return Renderer(product=PRODUCT, sender=SENDER, public_url="https://inloggen.nachregister.example/")


@pytest.fixture
def composer():
    return Composer(product=PRODUCT, sender=SENDER)
