"""The menu: what somebody's role has to do, and for staff the gemeente they work for."""

from types import SimpleNamespace

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.places import Gemeente
from auth_service.web.menu import menu_of

OWN = Gemeente("GM9901", "Zeedorp", "a@zeedorp.example", None, None, participating=True)
OTHER = Gemeente("GM9902", "Duindorp", "a@duindorp.example", None, None, participating=True)
WORK = ["", "/medewerkers", "/2fa", "/instellingen", "/logboek"]


def menu(role, served=None):
    return menu_of(SimpleNamespace(account=SimpleNamespace(role=role), gemeente=OWN), served)


def paths(group):
    return [path for path, _ in group.links]


@pytest.mark.parametrize("role", Role)
def test_everybody_has_his_own_account_first(role):
    own, *_ = menu(role)

    assert own.heading is None
    assert paths(own)[0] == "/account"


def test_only_who_manages_a_company_is_led_to_its_users():
    assert [role for role in Role if "/gebruikers" in paths(menu(role)[0])] == [Role.ONDERNEMER]


def test_people_of_a_company_have_no_work_for_a_gemeente():
    assert [len(menu(role)) for role in (Role.ONDERNEMER, Role.GEBRUIKER)] == [1, 1]


def test_staff_find_the_work_of_their_gemeente_on_every_page():
    _, work = menu(Role.GEMEENTEMEDEWERKER)

    assert work.heading == "Gemeente Zeedorp"
    assert paths(work) == [f"/gemeente/GM9901{path}" for path in WORK]


def test_the_platform_finds_the_work_of_the_gemeente_whose_page_it_is():
    _, platform, work = menu(Role.BEHEERDER, served=OTHER)

    assert (platform.heading, paths(platform)) == ("Platform", ["/beheer", "/beheer/beheerders"])
    assert work.heading == "Gemeente Duindorp"
    assert paths(work) == [f"/gemeente/GM9902{path}" for path in WORK]


def test_the_platform_works_for_no_gemeente_elsewhere():
    assert [group.heading for group in menu(Role.BEHEERDER)] == [None, "Platform"]
