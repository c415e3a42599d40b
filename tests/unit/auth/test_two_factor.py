"""Who must have two-factor authentication: an obligation only ever adds."""

from itertools import product

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.two_factor import Obligation, TwoFactor, obligation_of


@pytest.mark.parametrize(
    ("is_staff", "gemeente_asks", "company_asks", "obligation"),
    [
        (False, False, False, None),
        (False, False, True, Obligation.COMPANY),
        (False, True, False, Obligation.GEMEENTE),
        (False, True, True, Obligation.GEMEENTE),
        (True, False, False, Obligation.ROLE),
        (True, True, False, Obligation.ROLE),
    ],
)
def test_the_first_that_asks_is_told_of(is_staff, gemeente_asks, company_asks, obligation):
    found = obligation_of(is_staff=is_staff, gemeente_asks=gemeente_asks, company_asks=company_asks)

    assert found is obligation
    assert TwoFactor(obligation=found).is_required is (obligation is not None)


def test_no_more_asking_ever_takes_an_obligation_away():
    for fewer in product([False, True], repeat=3):
        for more in product([False, True], repeat=3):
            if all(not before or after for before, after in zip(fewer, more, strict=True)):
                assert not obligation(*fewer) or obligation(*more)


def obligation(is_staff, gemeente_asks, company_asks):
    return obligation_of(is_staff=is_staff, gemeente_asks=gemeente_asks, company_asks=company_asks)


def test_staff_are_those_who_work_for_a_gemeente_or_the_platform():
    assert [role for role in Role if role.is_staff] == [Role.GEMEENTEMEDEWERKER, Role.BEHEERDER]
