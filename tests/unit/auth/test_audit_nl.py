"""What was done, and by whom, in Dutch."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.web.audit_nl import told

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
READER = Account(
    id=uuid4(),
    email=MailAddress("jan@dezon.example", "jan@dezon.example"),
    password_hash="",
    role=Role.GEBRUIKER,
    state=AccountState.ACTIVE,
    company_id=uuid4(),
    company_name="Pension De Zon",
    gemeente_code="GM9901",
    password_changed_at=NOW,
)


@pytest.mark.parametrize("act", AuditedAct)
@pytest.mark.parametrize("role", Role)
def test_every_act_of_every_role_is_told(act, role):
    sentence = told(AuditLine(act, NOW, Actor(None, role)), READER).sentence

    assert sentence[0].isupper() or sentence.startswith("2FA")
    assert sentence.endswith(".")
    assert " door " in sentence


@pytest.mark.parametrize("act", [AuditedAct.TOTP_REQUIRED, AuditedAct.TOTP_NOT_REQUIRED])
def test_only_what_was_done_to_a_company_is_told_of_your_company(act):
    actor = Actor(None, Role.GEMEENTEMEDEWERKER)

    of_company = told(AuditLine(act, NOW, actor, company_id=READER.company_id), READER)
    of_gemeente = told(AuditLine(act, NOW, actor, gemeente_code="GM9901"), READER)

    assert "uw bedrijf" in of_company.sentence
    assert "bedrijf" not in of_gemeente.sentence


@pytest.mark.parametrize(
    ("actor", "doer"),
    [
        (Actor(READER.id, Role.GEBRUIKER), "uzelf"),
        (Actor(uuid4(), Role.GEBRUIKER), "een gebruiker van uw bedrijf"),
        (Actor(uuid4(), Role.ONDERNEMER), "de beheerder van uw bedrijf"),
        (Actor(None, Role.GEMEENTEMEDEWERKER), "een medewerker van de gemeente"),
    ],
)
def test_who_did_it_is_told_as_the_reader_knows_him(actor, doer):
    line = AuditLine(AuditedAct.TOTP_RESET, NOW, actor, reason="Telefoon kwijt")

    act = told(line, READER)

    assert act.sentence == f"2FA is gereset door {doer}."
    assert act.reason == "Telefoon kwijt"
