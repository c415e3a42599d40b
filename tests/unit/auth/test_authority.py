"""Who may act on whom: nobody on a person of a higher role, on one of another gemeente, or on himself."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from uuid import uuid4

import pytest

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.authority import acts_as
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.two_factor import ResetBy

HERE, ELSEWHERE = "GM9901", "GM9902"
COMPANY, OTHER_COMPANY = uuid4(), uuid4()


def account(role, *, gemeente=HERE, company=COMPANY):
    return Account(
        id=uuid4(),
        email=MailAddress("a@b.example", "a@b.example"),
        password_hash="",
        role=role,
        state=AccountState.ACTIVE,
        company_id=None if role.is_staff else company,
        company_name=None,
        gemeente_code=gemeente,
        password_changed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


COMPANY_ROLES = (Role.ONDERNEMER, Role.GEBRUIKER)
ALLOWED = {
    # actor, subject, same gemeente, same company: as what.
    **{(Role.ONDERNEMER, role, True, True): ResetBy.COMPANY for role in COMPANY_ROLES},
    **{
        (Role.GEMEENTEMEDEWERKER, role, True, same): ResetBy.GEMEENTE
        for role, same in product((*COMPANY_ROLES, Role.GEMEENTEMEDEWERKER), (True, False))
    },
    **{
        (Role.BEHEERDER, role, gemeente, company): ResetBy.PLATFORM
        for role, gemeente, company in product(Role, (True, False), (True, False))
    },
}


@pytest.mark.parametrize("actor_role", Role)
@pytest.mark.parametrize("subject_role", Role)
# A company lies in one gemeente.
@pytest.mark.parametrize(("same_gemeente", "same_company"), [(True, True), (True, False), (False, False)])
def test_every_pair_of_roles(actor_role, subject_role, same_gemeente, same_company):
    actor = account(actor_role)
    subject = account(
        subject_role,
        gemeente=HERE if same_gemeente else ELSEWHERE,
        company=COMPANY if same_company else OTHER_COMPANY,
    )

    allowed = ALLOWED.get((actor_role, subject_role, same_gemeente, same_company))

    assert acts_as(actor, subject) is allowed


@pytest.mark.parametrize("role", Role)
def test_nobody_acts_on_himself_or_on_a_closed_account(role):
    actor = account(role)

    assert acts_as(actor, actor) is None
    assert acts_as(account(Role.BEHEERDER), replace(actor, state=AccountState.CLOSED)) is None
