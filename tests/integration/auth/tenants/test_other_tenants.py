"""Every page and every call, as everybody, on what is another's: it is not there, and nothing changes."""

import re
from dataclasses import dataclass
from itertools import product

import pytest

from auth_service.accounts.tokens import draw_token
from auth_service.web.api.calls import CALLS
from auth_service.web.api.version import ROOT
from auth_service.web.app import ROUTES
from tests.integration.auth.api.scene import BODIES
from tests.integration.auth.hostile.scene import FORMS_BY_PATH
from tests.integration.auth.tenants.country import contents, found

# What a path can name: the part before an id says of what it is. Each is somebody's or something of Zeedorp.
NAMED = {
    "gemeente": lambda town: [town.code],
    "gemeenten": lambda town: [town.code],
    "bedrijven": lambda town: [town.company_id, town.registration_id],
    "gebruikers": lambda town: [one.account_id for one in town.people.values()],
    "uitnodigingen": lambda town: [town.invitation_id, town.staff_invitation_id],
    "sessies": lambda town: [one.session_id for one in town.people.values()],
}
STRANGERS = ("user there", "manager there", "staff there")
# Whose a page or call is, by how its path begins: the first that fits.
WHOSE = {
    "/beheer": ("beheerder",),
    "/gemeenten/{code}/deelname": ("beheerder",),
    "/gebruikers/{id}/totp-vrijgaven": ("staff", "beheerder"),
    "/gemeente": ("staff", "beheerder"),
    "": ("manager",),
}
# What staff must tell besides what is right to send.
OF_STAFF_ONLY = {"identificatie": "teruggebeld"}
# Forms that name in a field what they are about.
NAMED_IN_FIELDS = {
    "/gebruikers/opnieuw-uitnodigen": lambda town: town.invitation_id,
    "/gebruikers/intrekken": lambda town: town.invitation_id,
    "/gemeente/{gemeente}/medewerkers/opnieuw-uitnodigen": lambda town: town.staff_invitation_id,
    "/gemeente/{gemeente}/medewerkers/intrekken": lambda town: town.staff_invitation_id,
}
# Pages and calls that only the staff of the gemeente and the platform have: people of its companies have not.
OF_STAFF = re.compile(r"(/v1/gemeenten/|/gemeente/|/beheer)")


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    body: dict | None

    @property
    def is_call(self) -> bool:
        return self.path.startswith(ROOT)

    @property
    def whose(self) -> tuple[str, ...]:
        path = self.path.removeprefix(ROOT)
        return next(whose for start, whose in WHOSE.items() if path.startswith(start))

    def refusals(self, who: str) -> set[int]:
        """Not by his role, where others of it have such things: else that tells nothing of anybody's."""
        return {404} if who.partition(" ")[0] in self.whose else {403, 404}

    def addresses(self, town) -> list[str]:
        """Each way in which the path can name what is of this town."""
        parts = re.split(r"\{\w+\}", self.path)
        named = [NAMED[part.rstrip("/").rpartition("/")[2]](town) for part in parts[:-1]]
        return [
            "".join(f"{part}{value}" for part, value in zip(parts, (*values, ""), strict=True))
            for values in product(*named)
        ]


PAGES = [Door(route.method, route.path, FORMS_BY_PATH.get(route.path)) for route in ROUTES]
DOORS = [
    door
    for door in (*PAGES, *(Door(call.method, ROOT + call.path, BODIES.get(call.path)) for call in CALLS))
    if "{" in door.path or door.path in NAMED_IN_FIELDS
]


def name_of(door):
    return f"{door.method} {door.path}"


@pytest.fixture
async def country(sql, clock):
    return await found(sql, clock())


@pytest.fixture
def knock(browser, country):
    """Ask for an address as somebody, or without a session, with whatever is right to send there."""

    async def ask(door, address, one=None):
        if door.is_call:
            headers = {"Authorization": f"Bearer {one.token}"} if one else {}
            more = OF_STAFF_ONLY if "{id}/totp" in door.path and door.body else {}
            sent = {} if door.body is None else {"json": {**door.body, **more}}
        else:
            csrf = draw_token()
            session = f"; dnr-session={one.token}" if one else ""
            headers = {"Cookie": f"dnr-csrf={csrf}{session}"}
            sent = {"data": form_of(door, csrf, one)} if door.method == "POST" else {}
        return await browser.client.request(
            door.method, address, headers=headers, allow_redirects=False, **sent
        )

    def form_of(door, csrf, one):
        fields = {"csrf": csrf, "account": str(one.account_id) if one else "", **(door.body or {})}
        if door.path in NAMED_IN_FIELDS:
            fields["uitnodiging"] = str(NAMED_IN_FIELDS[door.path](country.here))
        return fields

    return ask


@pytest.mark.parametrize("door", DOORS, ids=name_of)
async def test_what_is_anothers_is_not_there(door, country, knock, sql):
    before = await contents(sql)

    for address, who in product(door.addresses(country.here), STRANGERS):
        answer = await knock(door, address, country.of(who))

        assert answer.status in door.refusals(who), (who, address)
    assert await contents(sql) == before


@pytest.mark.parametrize("door", DOORS, ids=name_of)
async def test_nobody_at_all_is_told_to_log_in(door, country, knock, sql):
    before = await contents(sql)

    for address in door.addresses(country.here):
        answer = await knock(door, address)

        if door.is_call:
            assert answer.status == 401, address
        else:
            assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/inloggen")
    assert await contents(sql) == before


@pytest.mark.parametrize("door", [door for door in DOORS if OF_STAFF.match(door.path)], ids=name_of)
async def test_people_of_a_company_find_nothing_of_what_their_staff_have(door, country, knock, sql):
    before = await contents(sql)

    for address, who in product(door.addresses(country.here), ("user here", "manager here")):
        answer = await knock(door, address, country.of(who))

        assert answer.status in (403, 404), (who, address)
    assert await contents(sql) == before


@pytest.mark.parametrize(
    ("door", "role"),
    [pytest.param(door, role, id=f"{role} {name_of(door)}") for door in DOORS for role in door.whose],
)
async def test_it_is_there_for_whose_it_is(door, role, country, knock):
    """Without this, a mistake in an address would pass for a refusal."""
    one = country.of(f"{role} {'there' if role == 'beheerder' else 'here'}")

    found = {(await knock(door, address, one)).status for address in door.addresses(country.here)}

    assert found - {401, 403, 404}


# On a person of a higher role, or on oneself as staff.
ON_WHOM_NOBODY_ACTS = [
    ("manager here", "staff here"),
    ("manager here", "beheerder here"),
    ("staff here", "beheerder here"),
    ("staff here", "staff here"),
    ("beheerder here", "beheerder here"),
]
ABOUT_PEOPLE = [door for door in DOORS if "gebruikers/{" in door.path]


@pytest.mark.parametrize("door", ABOUT_PEOPLE, ids=name_of)
@pytest.mark.parametrize(("who", "on_whom"), ON_WHOM_NOBODY_ACTS)
async def test_nobody_acts_on_a_higher_role_or_on_himself_as_staff(door, who, on_whom, country, knock, sql):
    before = await contents(sql)
    subject = str(country.of(on_whom).account_id)

    for address in door.addresses(country.here):
        if subject in address:
            answer = await knock(door, address, country.of(who))

            assert answer.status in (403, 404), address
    assert await contents(sql) == before
