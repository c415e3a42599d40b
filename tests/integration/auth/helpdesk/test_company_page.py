"""The page of one entrepreneur: his story, and what helps him."""

import re
from uuid import uuid4

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.company_search import CompanyFilter, CompanyStanding, read_sought
from auth_service.accounts.mail_progress import MailState
from auth_service.flows.registration_correction import TypedCorrection
from tests.integration.auth.helpdesk.conftest import BASE, UNKNOWN_USER
from tests.integration.auth.scene import anyone

EMAIL = "jan@dezon.example"
SPELLED_ELSEWHERE = "Jan@dezon.example"


def page_of(company_id):
    return f"{BASE}/bedrijven/{company_id}"


def sections(page):
    """The diagnosis with its buttons, and the story."""
    _, _, rest = page.partition('<section class="diagnosis')
    diagnosis, _, rest = rest.partition("</section>")
    return diagnosis, rest.partition('<ol class="story">')[2].partition("</ol>")[0]


def in_order(text, *parts):
    places = [text.index(part) for part in parts]
    return places == sorted(places)


async def test_a_refused_mail_is_told_in_plain_words_beside_what_the_server_said(
    medewerker, register, report
):
    waiting = await register()
    await report(EMAIL, MailState.REFUSED, f"{UNKNOWN_USER} <script>")

    answer = await medewerker.get(page_of(waiting.id))
    raw = await answer.text()
    diagnosis, story = sections(await medewerker.reads(page_of(waiting.id)))

    assert "De e-mail met de code is geweigerd: dit adres bestaat niet." in diagnosis
    assert in_order(diagnosis, "Verbeter het e-mailadres", "Stuur de code opnieuw")
    assert in_order(story, "Aangemeld", f"E-mail 'E-mailadres bevestigen' aan {EMAIL}", UNKNOWN_USER)
    assert "Geweigerd: dit adres bestaat niet." in story
    assert "&lt;script&gt;" in raw


async def test_a_button_says_for_whom_it_is(medewerker, register):
    waiting = await register()

    page = await medewerker.reads(page_of(waiting.id))

    hidden = '<span class="visually-hidden"> voor {}</span>'
    assert f"Stuur de code opnieuw{hidden.format(EMAIL)}" in page
    assert f"Verbeter het e-mailadres{hidden.format('Pension De Zon')}" in page


async def test_the_story_goes_on_under_the_same_address_once_it_is_confirmed(
    medewerker, register, report, activate
):
    waiting = await register()
    await report(EMAIL, MailState.DELIVERED, "250 2.0.0 Ok")
    await activate(waiting)

    diagnosis, story = sections(await medewerker.reads(page_of(waiting.id)))

    assert f"{EMAIL} heeft het e-mailadres bevestigd, maar heeft nog nooit ingelogd." in diagnosis
    assert "Stuur e-mail voor nieuw wachtwoord" in diagnosis
    assert in_order(story, "Aangemeld", "E-mailadres bevestigen", "Bezorgd om", "account is geopend")
    assert "250 2.0.0 Ok" not in story


@pytest.mark.parametrize(
    ("change", "told", "button"),
    [
        ("accounts SET state = 'blocked'", f"{EMAIL} is geblokkeerd", "Blokkade opheffen"),
        ("companies SET state = 'awaiting_approval'", "wacht op goedkeuring", "Goedkeuren"),
        ("companies SET state = 'rejected'", "heeft deze aanmelding afgewezen", None),
        ("accounts SET enrolment_frozen_at = now()", "niet van hem kwam", "2FA vrijgeven"),
        ("accounts SET state = 'closed'", "zijn gesloten", None),
        (
            "accounts SET totp_reset_at = now(), totp_reset_by = 'gemeente'",
            f"2FA is gereset voor {EMAIL}",
            None,
        ),
        ("accounts SET last_login_at = '2026-11-23T14:00Z'", "laatst ingelogd om 15.00 uur", None),
    ],
)
async def test_where_he_got_stuck_is_told_first_with_what_helps_most(
    medewerker, register, activate, sql, change, told, button
):
    waiting = await register()
    await activate(waiting)
    table, _, _ = change.partition(" ")
    whose = "company_id" if table == "accounts" else "id"
    await sql.execute(f"UPDATE {change} WHERE {whose} = $1", waiting.id)

    diagnosis, _ = sections(await medewerker.reads(page_of(waiting.id)))

    assert told in diagnosis
    if button:
        assert f"{button}<span" in diagnosis
    else:
        assert "<button" not in diagnosis


@pytest.mark.parametrize(
    ("state", "told"), [("awaiting_approval", "Wacht op goedkeuring"), ("rejected", "Afgewezen")]
)
async def test_nobody_of_a_company_that_is_not_approved_is_called_active(
    medewerker, register, activate, sql, state, told
):
    waiting = await register()
    await activate(waiting)
    await sql.execute("UPDATE companies SET state = $1 WHERE id = $2", state, waiting.id)

    page = await medewerker.reads(page_of(waiting.id))

    assert re.search(rf'<span class="badge [^"]+">{told}</span>', page)
    assert "Actief" not in page


async def test_who_did_something_is_told_by_his_address_and_role(medewerker, register, services):
    waiting = await register()
    typed = TypedCorrection("joan@dezon.example", "Verkeerd verstaan.")
    await services.helpdesk.correction.correct(await medewerker.session(), "GM9901", waiting.id, typed)

    _, story = sections(await medewerker.reads(page_of(waiting.id)))

    assert 'Door: <span class="address">mia@zeedorp.example</span> (gemeentemedewerker)' in story


@pytest.mark.parametrize("whose", ["another gemeente's", "nobody's", "no id"])
async def test_what_is_not_of_his_gemeente_is_not_found(make_medewerker, register, whose, sql):
    waiting = await register()
    ids = {"another gemeente's": waiting.id, "nobody's": uuid4(), "no id": "x"}
    mia = await make_medewerker(gemeente="GM9902")

    for base in ("/gemeente/GM9902", BASE):
        answer = await mia.get(f"{base}/bedrijven/{ids[whose]}")
        assert answer.status == 404
        assert "Pension De Zon" not in await answer.text()


async def test_a_beheerder_helps_everywhere_and_others_nowhere(make_medewerker, register):
    waiting = await register()
    beheerder = await make_medewerker(role="beheerder", gemeente="GM9902")

    assert "Pension De Zon" in await beheerder.reads(page_of(waiting.id))
    assert (await beheerder.get("/gemeente")).headers["Location"] == "/beheer"


async def test_a_medewerker_is_led_to_his_own_gemeente(medewerker):
    answer = await medewerker.get("/gemeente")

    assert (answer.status, answer.headers["Location"]) == (303, BASE)


async def test_an_entrepreneur_has_no_helpdesk(make_person, medewerker):
    medewerker.person = await make_person("piet@dezon.example")

    assert (await medewerker.get("/gemeente")).status == 403
    assert (await medewerker.get(BASE)).status == 404


@pytest.fixture
async def taken(make_account, make_medewerker, register):
    """A registration whose address has an account in another gemeente, where it is spelled otherwise."""
    await make_account(place="Bergen", email=SPELLED_ELSEWHERE)
    mia = await make_medewerker()
    return mia, await register(company_name="Hotel De Maan")


async def test_that_an_address_has_an_account_elsewhere_is_not_told(taken, report):
    mia, waiting = taken
    await report(EMAIL, MailState.REFUSED, f"550 5.1.1 <{SPELLED_ELSEWHERE}>: No user JAN here")

    page = await mia.reads(page_of(waiting.id))

    assert "U heeft al een account" not in page
    assert f"E-mail 'E-mailadres bevestigen' aan {EMAIL}" in page
    assert f"550 5.1.1 <{EMAIL}>: No user jan here" in page
    assert SPELLED_ELSEWHERE not in page


async def test_nor_is_it_of_a_mail_that_the_former_release_kept(taken, sql):
    mia, waiting = taken
    await sql.execute("UPDATE mail_trail SET recipient = $1", SPELLED_ELSEWHERE)

    page = await mia.reads(page_of(waiting.id))

    assert f"E-mail 'E-mailadres bevestigen' aan {EMAIL}" in page
    assert SPELLED_ELSEWHERE not in page


async def test_nor_once_the_address_was_corrected_and_confirmed(taken, services, outbox):
    mia, waiting = taken
    await outbox.sql.execute("DELETE FROM outbox")
    typed = TypedCorrection("joan@dezon.example", "Verkeerd verstaan.")
    await services.helpdesk.correction.correct(await mia.session(), "GM9901", waiting.id, typed)
    corrected = await mia.reads(page_of(waiting.id))

    await services.activation.activate(
        (await outbox.newest()).code, password="", visitor=anyone(waiting.receipt)
    )

    for page in (corrected, await mia.reads(page_of(waiting.id))):
        assert f"E-mail 'E-mailadres bevestigen' aan {EMAIL}" in page
        assert "U heeft al een account" not in page


async def test_nor_by_inviting_it(taken, make_person):
    mia, _ = taken
    manager = await make_person("baas@dezon.example")
    people, session = manager.services.people, await manager.session()
    await people.invitations.invite_to_company(session, EMAIL, Role.GEBRUIKER, anyone())

    page = await mia.reads(page_of(session.account.company_id))

    assert f"aan {EMAIL}" in page
    assert SPELLED_ELSEWHERE not in page


@pytest.mark.parametrize("wanted", [EMAIL, "niemand@dezon.example"], ids=["taken", "free"])
async def test_nor_by_wanting_it(taken, make_person, wanted, report, services):
    mia, _ = taken
    manager = await make_person("baas@dezon.example")
    session = await manager.session()
    await services.email_change.ask(session, wanted, anyone())
    if wanted != EMAIL:
        await report(wanted, MailState.REFUSED, UNKNOWN_USER)

    page = await mia.reads(page_of(session.account.company_id))
    found = await services.helpdesk.search.find("GM9901", read_sought("baas", None, 1))

    assert wanted not in page
    assert "geweigerd" not in page.casefold()
    assert found.counts[CompanyFilter.MAIL_REFUSED] == 0
    assert found.companies[0].standing is not CompanyStanding.MAIL_REFUSED


async def test_that_it_has_one_here_is(make_account, register, make_medewerker, sql):
    await make_account()
    mia = await make_medewerker()
    waiting = await register(company_name="Hotel De Maan")

    page = await mia.reads(page_of(waiting.id))

    company = await sql.fetchval("SELECT company_id FROM accounts WHERE email_key = $1", EMAIL)
    assert "Dit e-mailadres heeft al een account." in page
    assert f'href="{page_of(company)}"' in page
    assert f"E-mail 'U heeft al een account' aan {EMAIL}" in page
