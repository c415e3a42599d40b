"""What a gemeente decides for itself: who may change it, and what is kept of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.attempt_budgets import OWN_ACT
from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.gemeente_settings import GemeenteSettingsForm
from auth_service.accounts.refusals import (
    Field,
    InputRefused,
    NoSuchGemeente,
    Problem,
    ProofNeeded,
    TooOften,
)
from tests.integration.auth.api.conftest import api, open_api  # noqa: F401 - fixtures.
from tests.integration.auth.api.scene import BODIES, problem_in, reasons
from tests.integration.auth.scene import BERGEN, PASSWORD, ZEEDORP, anyone
from tests.integration.auth.staff import STAFF, make_staff, prove_factors

PAGE = f"/gemeente/{ZEEDORP.code}/instellingen"
CALL = f"/gemeenten/{ZEEDORP.code}"
BODY = BODIES["/gemeenten/{code}"]
ALL = frozenset(ACCOMMODATION_TYPES)
AS_IT_IS = GemeenteSettingsForm("help@zeedorp.example", "0228 123 456", False, ALL, "0")
CHANGED = GemeenteSettingsForm(
    " nachtregister@zeedorp.example", "", True, frozenset({"camping", "hotel"}), "48"
)


@pytest.fixture
def token_of(make_account, services, sql):
    """Of somebody who has just proven that it is he."""

    async def log_in(role=Role.GEMEENTEMEDEWERKER, gemeente=ZEEDORP.code):
        await make_account(email=STAFF)
        await make_staff(sql, STAFF, role, gemeente)
        opened = await services.login.log_in(STAFF, PASSWORD, visitor=anyone())
        await prove_factors(sql)
        return opened.token

    return log_in


@pytest.fixture
def employee(token_of, services):
    async def log_in(*of):
        return await services.sessions.logged_in(await token_of(*of))

    return log_in


@pytest.fixture
async def at_work(token_of, browser):
    """The browser of somebody who works for Zeedorp."""
    browser.client.session.cookie_jar.update_cookies({"dnr-session": await token_of()})
    return browser


async def kept(database, code=ZEEDORP.code):
    async with database.transaction() as tx:
        return await tx.gemeenten.existing(code)


async def test_what_staff_choose_is_kept_and_told_in_the_audit_trail(employee, services, database, sql):
    who = await employee()
    before = await kept(database)

    assert await services.gemeente_settings.change(who, ZEEDORP.code, CHANGED)

    assert await kept(database) == replace(
        before,
        email="nachtregister@zeedorp.example",
        phone=None,
        requires_approval=True,
        accommodation_types=("hotel", "camping"),
        reset_wait=timedelta(hours=48),
    )
    line = await sql.fetchrow("SELECT act, actor_id, gemeente_code, account_id, company_id FROM audit_trail")
    assert tuple(line) == ("gemeente_changed", who.account.id, ZEEDORP.code, None, None)
    assert (await sql.fetchval("SELECT reason FROM audit_trail")).split("; ") == [
        "email: help@zeedorp.example -> nachtregister@zeedorp.example",
        "telefoonnummer: 0228 123 456 -> -",
        "goedkeuringNodig: nee -> ja",
        f"accommodaties: {', '.join(ACCOMMODATION_TYPES)} -> hotel, camping",
        "wachttijd: 0 -> 48",
    ]


@pytest.fixture
def chooses(services, database):
    """A waiting period, in hours; returns the gemeente as it is kept."""

    async def choose(who, hours):
        await services.gemeente_settings.change(who, ZEEDORP.code, replace(AS_IT_IS, reset_wait=str(hours)))
        return await kept(database)

    return choose


async def test_a_wait_that_is_made_shorter_holds_for_as_long_as_it_was(employee, chooses, clock):
    who = await employee()
    now = clock()
    longest = timedelta(hours=72)
    assert (await chooses(who, 72)).reset_wait_at(now) == longest

    for hours in (48, 0, 24):
        changed = await chooses(who, hours)

        assert changed.reset_wait == timedelta(hours=hours)
        assert changed.reset_wait_at(now + longest - timedelta(seconds=1)) == longest
        assert changed.reset_wait_at(now + longest) == timedelta(hours=hours)


async def test_a_wait_that_is_made_longer_holds_at_once(employee, chooses, clock):
    who = await employee()
    await chooses(who, 24)
    await chooses(who, 0)

    assert (await chooses(who, 48)).reset_wait_at(clock()) == timedelta(hours=48)


async def test_where_nothing_changes_nothing_is_told(employee, services, sql):
    who = await employee()

    assert not await services.gemeente_settings.change(who, ZEEDORP.code, AS_IT_IS)

    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0


async def test_a_number_that_stands_there_already_is_not_judged_anew(employee, services, database, sql):
    await sql.execute("UPDATE gemeenten SET phone = 'tst 1' WHERE code = $1", ZEEDORP.code)
    who = await employee()
    changes = services.gemeente_settings

    assert await changes.change(who, ZEEDORP.code, replace(CHANGED, contact_phone="tst 1"))
    with pytest.raises(InputRefused):
        await changes.change(who, ZEEDORP.code, replace(CHANGED, contact_phone="tst 2"))
    assert (await kept(database)).phone == "tst 1"


async def test_all_types_stay_all_types_when_one_is_added_to_the_list(employee, services, database):
    who = await employee()
    await services.gemeente_settings.change(who, ZEEDORP.code, CHANGED)

    await services.gemeente_settings.change(who, ZEEDORP.code, replace(CHANGED, accommodation_types=ALL))

    assert (await kept(database)).accommodation_types is None


async def test_all_that_is_wrong_is_told_at_once(employee, services, database, sql):
    who = await employee()
    before = await kept(database)
    wrong = GemeenteSettingsForm("x", "12", True, frozenset(), "12")

    with pytest.raises(InputRefused) as refusal:
        await services.gemeente_settings.change(who, ZEEDORP.code, wrong)

    assert [(violation.field, violation.problem) for violation in refusal.value.violations] == [
        (Field.CONTACT_EMAIL, Problem.WRONG),
        (Field.CONTACT_PHONE, Problem.WRONG),
        (Field.ACCOMMODATION_TYPES, Problem.EMPTY),
        (Field.RESET_WAIT, Problem.WRONG),
    ]
    assert await kept(database) == before


OTHERS = {
    "staff of another gemeente": (Role.GEMEENTEMEDEWERKER, BERGEN.code),
    "an entrepreneur": (Role.ONDERNEMER, ZEEDORP.code),
    "a user": (Role.GEBRUIKER, ZEEDORP.code),
}


@pytest.mark.parametrize("other", OTHERS)
async def test_nobody_else_changes_them(employee, services, database, sql, other):
    who = await employee(*OTHERS[other])
    before = await kept(database)

    with pytest.raises(NoSuchGemeente):
        await services.gemeente_settings.change(who, ZEEDORP.code, CHANGED)

    assert await kept(database) == before
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0


async def test_the_platform_changes_those_of_any_gemeente(employee, services, database):
    who = await employee(Role.BEHEERDER, BERGEN.code)

    assert await services.gemeente_settings.change(who, ZEEDORP.code, CHANGED)
    with pytest.raises(NoSuchGemeente):
        await services.gemeente_settings.change(who, "GM0000", CHANGED)
    assert (await kept(database)).requires_approval


async def test_it_asks_for_a_fresh_proof(employee, services, database, clock):
    who = await employee()
    clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await services.gemeente_settings.change(who, ZEEDORP.code, CHANGED)
    assert not (await kept(database)).requires_approval


async def test_tries_are_counted(employee, services):
    who = await employee()
    for _ in range(OWN_ACT.at_once):
        await services.gemeente_settings.change(who, ZEEDORP.code, AS_IT_IS)

    with pytest.raises(TooOften):
        await services.gemeente_settings.change(who, ZEEDORP.code, AS_IT_IS)


def filled_in(page):
    """What a browser would send of the form as it stands."""
    form = page[page.index(f'action="{PAGE}"') :]
    form = form[: form.index("</form>")]
    texts = dict(re.findall(r'type="(?:email|tel)" value="([^"]*)".*?name="([^"]+)"', form))
    boxes = re.findall(r'name="([^"]+)" value="ja" checked', form)
    (chosen,) = re.findall(r'<option value="([^"]+)" selected', form)
    return {
        **{name: text for text, name in texts.items()},
        **dict.fromkeys(boxes, "ja"),
        "wachttijd": chosen,
        "account": re.search(r'name="account" value="([^"]+)"', form)[1],
        "csrf": re.search(r'name="csrf" value="([^"]+)"', form)[1],
    }


async def save(browser, **changes):
    fields = filled_in(await (await browser.get(PAGE)).text()) | changes
    sent = {name: text for name, text in fields.items() if text is not None}
    return await browser.client.post(PAGE, data=sent, allow_redirects=False)


async def test_the_page_shows_what_is_so_and_saving_it_again_changes_nothing(at_work, sql):
    page = await (await at_work.get(PAGE)).text()
    fields = filled_in(page)
    answer = await save(at_work)

    assert len([name for name in fields if name.startswith("soort-")]) == len(ACCOMMODATION_TYPES)
    assert (fields["email"], fields["telefoonnummer"]) == ("help@zeedorp.example", "0228 123 456")
    assert (answer.status, answer.headers["Location"]) == (303, PAGE)
    assert "U heeft niets gewijzigd." in await (await at_work.get(PAGE)).text()
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0


async def test_the_page_saves_what_is_chosen(at_work, database):
    answer = await save(
        at_work, goedkeuringNodig="ja", wachttijd="72", telefoonnummer="", **{"soort-hostel": None}
    )

    assert answer.status == 303
    assert "De instellingen zijn opgeslagen." in await (await at_work.get(PAGE)).text()
    saved = await kept(database)
    assert (saved.requires_approval, saved.reset_wait, saved.phone) == (True, timedelta(hours=72), None)
    assert set(ACCOMMODATION_TYPES) - set(saved.accommodation_types) == {"hostel"}


async def test_the_page_says_which_wait_still_holds(at_work):
    await save(at_work, wachttijd="48")
    assert "geldt nog" not in await (await at_work.get(PAGE)).text()

    await save(at_work, wachttijd="0")

    page = await (await at_work.get(PAGE)).text()
    assert "Tot 25 november 2026 om 14.05 uur geldt nog de oude tijd van 48 uur." in page


async def test_refused_input_stands_there_again(at_work):
    nothing = {f"soort-{value}": None for value in ACCOMMODATION_TYPES}

    answer = await save(at_work, email="help@", goedkeuringNodig="ja", **nothing)

    page = await answer.text()
    assert answer.status == 400
    assert 'href="#accommodaties">Kies minstens één soort accommodatie.' in page
    assert 'value="help@"' in page
    assert 'name="goedkeuringNodig" value="ja" checked' in page


async def test_what_was_filled_in_is_found_again_after_proving_who_one_is(at_work, clock, sql):
    fields = filled_in(await (await at_work.get(PAGE)).text()) | {"email": "nieuw@zeedorp.example"}
    clock.advance(timedelta(minutes=6))

    led = await at_work.client.post(PAGE, data=fields, allow_redirects=False)
    await sql.execute("UPDATE sessions SET password_proven_at = $1, totp_proven_at = $1", clock())
    page = await (await at_work.get(PAGE)).text()

    assert led.headers["Location"] == f"/account/bevestigen?terug={PAGE}"
    assert filled_in(page) == {**fields, "csrf": filled_in(page)["csrf"]}


async def test_the_page_of_another_gemeente_is_not_there(at_work):
    response = await at_work.get(PAGE.replace(ZEEDORP.code, BERGEN.code))

    assert response.status == 404


async def test_programs_see_and_change_them_too(api, token_of, database):  # noqa: F811 - the fixture.
    api.headers["Authorization"] = f"Bearer {await token_of()}"

    changed = await api.send("PUT", CALL, json=BODY)
    seen = await (await api.get(CALL)).json()

    assert changed.status == 204
    assert seen == BODY | {"code": ZEEDORP.code, "naam": "Zeedorp", "host": None}
    assert (await kept(database)).accommodation_types == ("hotel", "camping")


@pytest.mark.parametrize(
    ("member", "sent", "reason"),
    [
        ("accommodaties", [], "Kies minstens één soort accommodatie."),
        ("accommodaties", ["kasteel"], "Kies alleen soorten accommodatie uit de lijst."),
        ("accommodaties", "hotel", "Dit veld moet een lijst van teksten zijn."),
        ("accommodaties", [1], "Dit veld moet een lijst van teksten zijn."),
        ("wachttijd", 12, "Kies hoe lang we wachten: 0, 24, 48 of 72 uur."),
        ("goedkeuringNodig", "ja", "Dit veld moet true of false zijn."),
        ("email", "", "Vul het e-mailadres van de gemeente in."),
    ],
)
async def test_programs_are_told_what_is_wrong(api, token_of, database, member, sent, reason):  # noqa: F811
    api.headers["Authorization"] = f"Bearer {await token_of()}"
    before = await kept(database)

    problem = await problem_in(
        await api.send("PUT", CALL, json=BODY | {member: sent}), 400, "ongeldige-invoer"
    )

    assert reasons(problem) == {member: reason}
    assert await kept(database) == before


async def test_to_programs_another_gemeente_is_not_there(api, token_of, database):  # noqa: F811
    api.headers["Authorization"] = f"Bearer {await token_of()}"
    elsewhere = CALL.replace(ZEEDORP.code, BERGEN.code)
    before = await kept(database, BERGEN.code)

    await problem_in(await api.get(elsewhere), 404, "onbekende-gemeente")
    await problem_in(await api.send("PUT", elsewhere, json=BODY), 404, "onbekende-gemeente")
    assert await kept(database, BERGEN.code) == before
