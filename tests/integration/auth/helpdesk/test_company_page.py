"""The page of one entrepreneur: his story, and what helps him."""

from uuid import uuid4

import pytest

from auth_service.accounts.mail_progress import MailState
from tests.integration.auth.helpdesk.conftest import BASE, UNKNOWN_USER

EMAIL = "jan@dezon.example"


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


async def test_that_an_address_has_an_account_elsewhere_is_not_told(
    make_account, register, make_medewerker, report
):
    await make_account(place="Bergen")
    waiting = await register()
    mia = await make_medewerker()
    waiting = await register(company_name="Hotel De Maan")

    page = await mia.reads(page_of(waiting.id))

    assert "U heeft al een account" not in page
    assert f"E-mail 'E-mailadres bevestigen' aan {EMAIL}" in page


async def test_that_it_has_one_here_is(make_account, register, make_medewerker, sql):
    await make_account()
    mia = await make_medewerker()
    waiting = await register(company_name="Hotel De Maan")

    page = await mia.reads(page_of(waiting.id))

    company = await sql.fetchval("SELECT company_id FROM accounts WHERE email_key = $1", EMAIL)
    assert "Dit e-mailadres heeft al een account." in page
    assert f'href="{page_of(company)}"' in page
    assert f"E-mail 'U heeft al een account' aan {EMAIL}" in page
