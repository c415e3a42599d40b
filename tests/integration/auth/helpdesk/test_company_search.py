"""Looking for an entrepreneur: what is found, in which order, and how it is kept."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth_service.accounts.company_search import (
    PAGE_SIZE,
    CompanyFilter,
    CompanyStanding,
    Sought,
    read_sought,
)
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.places import place_key
from tests.integration.auth.helpdesk.conftest import BASE, UNKNOWN_USER

MANY = (
    "INSERT INTO companies (id, gemeente_code, name, street_address, postcode, place, sleeping_places,"
    " accommodation, registered_at) SELECT gen_random_uuid(), 'GM9901', 'Hotel ' || i, 'Weg ' || i, '4321CD',"
    " 'Zeedorp', 3, 'hotel', $1::timestamptz + i * interval '1 minute' FROM generate_series(1, $2) AS i"
)

ENROL = "INSERT INTO totp_enrolments SELECT id, 's', 's', 'k', now(), 0 FROM accounts WHERE company_id = $1"


@pytest.fixture
def find(services):
    async def find(typed="", chosen=None, page=1, gemeente="GM9901"):
        return await services.helpdesk.search.find(gemeente, read_sought(typed, chosen, page))

    return find


@pytest.fixture
def names_found(find):
    async def names(*args, **kwargs):
        return [company.name for company in (await find(*args, **kwargs)).companies]

    return names


@pytest.mark.parametrize(
    "typed",
    [
        "café",
        "CAFE",
        "duin",
        "’t Duin",
        "t duin",
        "duin café",
        "dorpsstraat 12",
        "1234 AB",
        "1234ab",
        "zeedorp",
        "anna@duin.example",
        "ANNA@",
        "12345678",
        "1234 5678",
        "afé ’t d",
    ],
)
async def test_it_is_found_by_what_somebody_would_type(names_found, register, typed):
    await register(company_name="Café ’t Duin", email="anna@duin.example", kvk_number="12345678")
    await register(
        company_name="Hotel De Maan", email="b@c.example", street_address="Kerkplein 3", postcode="4321 CD"
    )

    assert "Café ’t Duin" in await names_found(typed)


@pytest.mark.parametrize("typed", ["bestaatniet", "%", "_", "%%%", "’", "duin maan", "a_na", "d_in"])
async def test_what_nobody_has_is_not_found(names_found, register, typed):
    await register(company_name="Café ’t Duin", email="anna@duin.example")

    assert await names_found(typed) == []


async def test_another_gemeente_finds_nothing_of_it(find, register):
    await register()

    assert (await find("zon")).total == 1
    assert (await find("zon", gemeente="GM9902")).total == 0


async def test_names_that_begin_so_come_first_and_then_the_newest(names_found, register, clock):
    for name, email in (("Zonnedael", "a@a.nl"), ("De Zon", "b@a.nl"), ("Zonhotel", "c@a.nl")):
        await register(company_name=name, email=email)
        clock.advance(timedelta(minutes=1))

    assert await names_found("zon") == ["Zonhotel", "Zonnedael", "De Zon"]
    assert await names_found() == ["Zonhotel", "De Zon", "Zonnedael"]


async def test_of_several_registrations_of_one_address_the_newest_stands_for_all(find, register, clock):
    for name in ("Eerste", "Tweede", "Derde"):
        await register(company_name=name)
        clock.advance(timedelta(minutes=20))

    (found,) = (await find()).companies

    assert (found.name, found.earlier, found.standing) == ("Derde", 2, CompanyStanding.UNCONFIRMED)


async def test_one_whose_address_has_an_account_by_now_is_not_shown(names_found, register, activate):
    await activate(await register(company_name="Pension De Zon"))
    await register(company_name="Nog eens")

    assert await names_found() == ["Pension De Zon"]


@pytest.mark.parametrize(("role", "gemeente"), [("gemeentemedewerker", "GM9902"), ("beheerder", "GM9901")])
async def test_one_whose_address_has_an_account_that_is_not_for_them_to_know_is(
    find, register, activate, role, gemeente, sql
):
    await activate(await register(company_name="Pension De Zon"))
    await sql.execute("UPDATE companies SET gemeente_code = 'GM9902'")
    await sql.execute("UPDATE accounts SET role = $1, gemeente_code = $2, company_id = NULL", role, gemeente)
    await register(company_name="Nog eens")

    found = await find(chosen=CompanyFilter.UNCONFIRMED)

    assert [company.name for company in found.companies] == ["Nog eens"]
    assert (found.total, found.counts[CompanyFilter.UNCONFIRMED]) == (1, 1)


async def test_one_that_is_too_old_is_not_shown(names_found, register, clock):
    await register()
    clock.advance(timedelta(days=7))

    assert await names_found() == []


async def test_each_filter_finds_its_own(find, register, activate, report, sql):
    refused = await register(company_name="Geweigerd", email="geweigerd@x.example")
    await report("geweigerd@x.example", MailState.REFUSED, UNKNOWN_USER)
    waiting = await register(company_name="Wacht", email="wacht@x.example")
    companies = {}
    for name in ("Geblokkeerd", "Goedkeuring", "Zonder", "Met", "Mail"):
        companies[name] = await register(company_name=name, email=f"{name}@x.example")
        await activate(companies[name])
    for name in ("Geblokkeerd", "Goedkeuring", "Met", "Mail"):
        await sql.execute(ENROL, companies[name].id)
    await sql.execute(
        "UPDATE accounts SET state = 'blocked' WHERE company_id = $1", companies["Geblokkeerd"].id
    )
    await sql.execute(
        "UPDATE companies SET state = 'awaiting_approval' WHERE id = $1", companies["Goedkeuring"].id
    )
    await report("Mail@x.example", MailState.BOUNCED, UNKNOWN_USER)

    async def ids(chosen):
        found = await find(chosen=chosen)
        assert found.count == len(found.companies) == found.counts[chosen]
        return {company.id for company in found.companies}

    assert await ids(CompanyFilter.UNCONFIRMED) == {refused.id, waiting.id}
    assert await ids(CompanyFilter.MAIL_REFUSED) == {refused.id, companies["Mail"].id}
    assert await ids(CompanyFilter.WITHOUT_TOTP) == {companies["Zonder"].id}
    assert await ids(CompanyFilter.BLOCKED) == {companies["Geblokkeerd"].id}
    assert await ids(CompanyFilter.AWAITING_APPROVAL) == {companies["Goedkeuring"].id}
    assert (await find()).total == 7


@pytest.mark.parametrize(
    ("change", "standing", "found"),
    [
        ("enrolment_frozen_at = now()", CompanyStanding.FROZEN, 1),
        ("enrolment_frozen_at = now(), state = 'blocked'", CompanyStanding.BLOCKED, 1),
        ("enrolment_frozen_at = now(), state = 'closed'", CompanyStanding.CLOSED, 0),
        ("enrolment_frozen_at = NULL", CompanyStanding.WITHOUT_TOTP, 0),
    ],
)
async def test_whose_second_factor_is_frozen_is_found_among_the_blocked(
    find, register, activate, medewerker, sql, change, standing, found
):
    waiting = await register()
    await activate(waiting)
    await sql.execute(f"UPDATE accounts SET {change} WHERE company_id = $1", waiting.id)  # noqa: S608

    (company,) = (await find()).companies
    blocked = await find(chosen=CompanyFilter.BLOCKED)

    assert company.standing is standing
    assert (blocked.count, len(blocked.companies), blocked.counts[CompanyFilter.BLOCKED]) == (found,) * 3
    assert ("2FA geblokkeerd" in await medewerker.reads(BASE)) == (standing is CompanyStanding.FROZEN)


async def test_a_mail_that_arrives_later_makes_up_for_one_that_was_refused(find, register, report, clock):
    await register()
    await report("jan@dezon.example", MailState.REFUSED, UNKNOWN_USER)
    assert (await find()).counts[CompanyFilter.MAIL_REFUSED] == 1
    clock.advance(timedelta(minutes=20))

    await register()

    assert (await find()).counts[CompanyFilter.MAIL_REFUSED] == 0


async def test_pages_follow_each_other_and_one_beyond_the_last_is_the_last(find, sql, clock):
    await sql.execute(MANY, clock(), 2 * PAGE_SIZE + 1)

    pages = [await find("hotel", page=number) for number in (1, 2, 3, 4, 999_999)]

    assert [(len(each.companies), each.page, each.pages) for each in pages] == [
        (PAGE_SIZE, 1, 3),
        (PAGE_SIZE, 2, 3),
        *[(1, 3, 3)] * 3,
    ]
    assert len({company.id for each in pages[:3] for company in each.companies}) == 2 * PAGE_SIZE + 1


async def test_the_page_keeps_words_and_filter_from_page_to_page(medewerker, sql, clock):
    await sql.execute(MANY, clock(), PAGE_SIZE + 1)

    page = await medewerker.reads(f"{BASE}?zoek=hotel&pagina=1")
    (following,) = re.findall(r'<a href="([^"]+)" rel="next">', page)
    last = await medewerker.reads(following)

    assert following == f"{BASE}?zoek=hotel&pagina=2"
    assert f"{PAGE_SIZE + 1} gevonden. Pagina 2 van 2." in last
    assert 'value="hotel"' in last
    assert f'href="{BASE}?zoek=hotel&filter=geblokkeerd"' in last


@pytest.mark.parametrize(
    "query", ["?pagina=0", "?pagina=x", "?pagina=²", "?filter=x", "?zoek=%00", "?pagina=-1"]
)
async def test_whatever_stands_in_the_address_gives_a_page(medewerker, register, query):
    await register()

    assert "<h1>Ondernemers</h1>" in await medewerker.reads(f"{BASE}{query}")


async def test_nothing_yet_and_nothing_found_are_told_apart(medewerker):
    assert "Er zijn nog geen ondernemers." in await medewerker.reads(BASE)
    assert "Niets gevonden." in await medewerker.reads(f"{BASE}?zoek=duin")


async def test_the_list_says_where_each_stands(medewerker, register, report):
    await register()
    await report("jan@dezon.example", MailState.REFUSED, UNKNOWN_USER)

    page = await medewerker.reads(BASE)

    assert '<span class="badge badge--wrong">E-mail geweigerd: dit adres bestaat niet</span>' in page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="\x00"), max_size=30))
async def test_the_database_folds_as_we_do(sql, typed):
    assert await sql.fetchval("SELECT folded($1)", typed) == place_key(typed)


async def kept_and_source(sql):
    columns = "id, gemeente_code, email_key, search_text, is_blocked, lacks_totp, awaits_approval"
    return [
        sorted(map(tuple, await sql.fetch(f"SELECT {columns} FROM {relation}")), key=repr)  # noqa: S608
        for relation in ("company_search", "company_search_source")
    ]


async def test_what_is_looked_through_follows_every_change(register, activate, sql):
    waiting = await register()
    await activate(await register(email="piet@dezon.example", company_name="Hotel De Maan"))
    changes = (
        "UPDATE companies SET name = 'Anders', state = 'awaiting_approval'",
        "UPDATE accounts SET email = 'nieuw@dezon.example', state = 'blocked'",
        "INSERT INTO totp_enrolments SELECT id, 's', 's', 'k', now(), 0 FROM accounts",
        "UPDATE accounts SET state = 'active'",
        "UPDATE accounts SET enrolment_frozen_at = now()",
        "UPDATE accounts SET enrolment_frozen_at = NULL",
        "DELETE FROM totp_enrolments",
        "UPDATE pending_registrations SET email = 'z@z.nl', email_key = 'z@z.nl'",
        "DELETE FROM pending_registrations",
        "DELETE FROM accounts",
        "DELETE FROM companies",
    )

    before = await kept_and_source(sql)
    assert before[0] == before[1]
    assert waiting.id in {row[0] for row in before[0]}
    for change in changes:
        await sql.execute(change)
        kept, source = await kept_and_source(sql)
        assert kept == source, change
    assert kept == []


def test_what_is_no_word_finds_nothing_rather_than_everything():
    assert read_sought("% _") == Sought(words=None)
    assert read_sought(" ") == Sought(words=())
