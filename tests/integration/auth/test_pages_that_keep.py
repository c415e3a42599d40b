"""Each page on which somebody acts on others has his form again after he has proven himself, or logged in."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from auth_service.web.kept_forms import PAGES_THAT_KEEP
from tests.integration.auth.browsing import Browser
from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.two_factor.conftest import Person, make_person  # noqa: F401 - a fixture.
from tests.integration.auth.two_factor.guest import OWNER

STALE, ENDED = timedelta(minutes=6), timedelta(minutes=31)
NEW, REASON = "nieuw@elders.example", "Ondernemer belde, & zijn telefoon is kwijt."
GROUNDS = {"identificatie": "teruggebeld", "reden": REASON}
# What is typed on each, by who has the page.
OF_MANAGERS = {
    "/gebruikers/uitnodigen": {"email": NEW, "rol": "ondernemer"},
    "/gebruikers/{id}/2fa-resetten": {"reden": REASON},
    "/gebruikers/{id}/blokkeren": {"reden": REASON},
    "/gebruikers/{id}/deblokkeren": {"reden": REASON},
    "/gebruikers/{id}/sluiten": {"reden": REASON},
}
OF_STAFF = {
    "/gemeente/{gemeente}/2fa": {"vanaf": "1 januari 2027"},
    "/gemeente/{gemeente}/bedrijven/{id}/afwijzen": {"reden": REASON},
    "/gemeente/{gemeente}/bedrijven/{id}/email": {"email": NEW, "reden": REASON},
    "/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten": GROUNDS,
    "/gemeente/{gemeente}/gebruikers/{id}/2fa-vrijgeven": GROUNDS,
    "/gemeente/{gemeente}/gebruikers/{id}/blokkeren": {"reden": REASON},
    "/gemeente/{gemeente}/gebruikers/{id}/deblokkeren": {"reden": REASON},
    "/gemeente/{gemeente}/gebruikers/{id}/sluiten": {"reden": REASON},
    "/gemeente/{gemeente}/instellingen": {"email": NEW, "wachttijd": "24"},
    "/gemeente/{gemeente}/medewerkers/uitnodigen": {"email": NEW},
}
OF_THE_PLATFORM = {
    "/beheer/beheerders/uitnodigen": {"email": NEW},
    "/beheer/gemeenten/{code}": {"email": NEW, "telefoonnummer": "14 0228", "host": "elders.example.nl"},
}
TYPED = {**OF_MANAGERS, **OF_STAFF, **OF_THE_PLATFORM}
BLOCKING = "/gemeente/{gemeente}/gebruikers/{id}/blokkeren"
NOT_SAVED_YET = "Wat u had ingevuld, is nog niet opgeslagen."


@dataclass
class AtDesk:
    """Somebody with a page open, on which he has typed."""

    who: Person
    browser: Browser
    path: str
    typed: dict[str, str]
    owner: str

    async def press(self, **others):
        """The button of the form, as it was when the page was opened."""
        data = {"csrf": self.browser.cookie("dnr-csrf"), "account": self.owner, **self.typed, **others}
        return await self.browser.client.post(self.path, data=data, allow_redirects=False)

    async def proves(self, address="/account/bevestigen", **fields):
        code = {"code": self.who.phone.code()} if self.who.phone else {}
        return await self.browser.post(address, {**code, **fields})

    async def reads(self, path=None):
        answer = await self.browser.get(path or self.path)
        assert answer.status == 200, answer.headers.get("Location")
        return unescape(await answer.text())


def is_filled_in(page, text):
    shown = (f'value="{text}" id=', f'value="{text}" selected', f">{text}</textarea>")
    return any(control in page for control in shown)


@pytest.fixture
async def colleagues(make_person, sql):  # noqa: F811
    """A manager and a user with a phone, of one company; the ids of both."""
    manager = await make_person("baas@dezon.example")
    await (await make_person("gast@dezon.example")).enrol()
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = (SELECT company_id FROM accounts"
        " WHERE email_key = 'baas@dezon.example') WHERE email_key = 'gast@dezon.example'"
    )
    ids = dict(await sql.fetch("SELECT email_key, id FROM accounts"))
    return manager, ids["gast@dezon.example"], ids["baas@dezon.example"]


@pytest.fixture
def subject_of(colleagues, make_pending, sql):
    """The id of what the page is about, in a state in which it has its form."""

    async def make(page):
        if page.endswith("/email"):
            await make_pending(email="jna@demaan.example")
            return await sql.fetchval("SELECT id FROM pending_registrations")
        if page.endswith("/afwijzen"):
            await sql.execute("UPDATE companies SET state = 'awaiting_approval'")
            return await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", colleagues[1])
        if page.endswith("/2fa-vrijgeven"):
            await sql.execute("UPDATE accounts SET enrolment_frozen_at = $2 WHERE id = $1", *frozen())
        return colleagues[1]

    def frozen():
        return colleagues[1], colleagues[0].clock()

    return make


@pytest.fixture
def worker(colleagues, make_person, sql):  # noqa: F811
    """Who has that page, logged in with all that he must prove."""

    async def make(page):
        if page in OF_MANAGERS:
            return await colleagues[0].log_in()
        await sql.execute("DELETE FROM outbox")
        person = await (await make_person("mia@zeedorp.example")).enrol()
        await sql.execute("DELETE FROM outbox")
        await sql.execute(
            "UPDATE accounts SET role = $2::text::account_role, company_id = NULL WHERE email_key = $1",
            person.email,
            "beheerder" if page in OF_THE_PLATFORM else "gemeentemedewerker",
        )
        return person

    return make


@pytest.fixture
def sit_down(worker, subject_of, browser):
    async def open_page(page):
        who = await worker(page)
        path = page.format(gemeente="GM9901", code="GM9903", id=await subject_of(page))
        browser.client.session.cookie_jar.update_cookies(
            {"dnr-session": who.token}, response_url=browser.client.make_url("/")
        )
        desk = AtDesk(who, browser, path, TYPED[page], "")
        desk.owner = OWNER.search(await desk.reads())[1]
        return desk

    return open_page


async def done(sql):
    return await sql.fetchval("SELECT count(*) FROM audit_trail WHERE result = 'done'")


def test_each_page_on_which_somebody_acts_on_others_is_looked_at():
    assert {page for page in PAGES_THAT_KEEP if not page.startswith("/account/")} == set(TYPED)


@pytest.mark.parametrize("page", TYPED)
async def test_a_proof_that_went_stale_loses_nothing(sit_down, clock, sql, page):
    desk = await sit_down(page)
    before = await done(sql)
    clock.advance(STALE)

    refused = await desk.press()

    assert refused.headers["Location"] == f"/account/bevestigen?terug={desk.path}"
    proven = await desk.proves(wachtwoord=PASSWORD, terug=desk.path)
    assert proven.headers["Location"] == desk.path
    shown = await desk.reads()
    assert [text for text in desk.typed.values() if not is_filled_in(shown, text)] == []
    assert NOT_SAVED_YET in shown
    again = await desk.reads()
    assert NOT_SAVED_YET not in again
    assert not any(is_filled_in(again, text) for text in desk.typed.values())
    assert await done(sql) == before


@pytest.mark.parametrize("page", TYPED)
async def test_a_session_that_ended_loses_nothing(sit_down, clock, page):
    desk = await sit_down(page)
    clock.advance(ENDED)

    refused = await desk.press()

    assert refused.headers["Location"] == f"/inloggen?terug={desk.path}"
    await desk.browser.post("/inloggen", {"email": desk.who.email, "wachtwoord": PASSWORD})
    if desk.who.phone:
        await desk.proves("/inloggen/code")
    shown = await desk.reads()
    assert [text for text in desk.typed.values() if not is_filled_in(shown, text)] == []
    assert NOT_SAVED_YET in shown


@pytest.mark.parametrize("page", TYPED)
async def test_the_form_of_another_account_does_nothing(sit_down, sql, page):
    desk = await sit_down(page)
    before = await done(sql)

    refused = await desk.press(account=str(uuid4()))

    assert refused.status == 403
    assert await done(sql) == before


async def test_what_was_typed_about_one_account_is_not_shown_about_another(sit_down, colleagues, clock):
    desk = await sit_down(BLOCKING)
    clock.advance(STALE)
    await desk.press()
    await desk.proves(wachtwoord=PASSWORD)

    other = await desk.reads(desk.path.replace(str(colleagues[1]), str(colleagues[2])))

    assert NOT_SAVED_YET not in other
    assert not is_filled_in(other, REASON)
    assert is_filled_in(await desk.reads(), REASON)


async def test_where_there_is_nothing_to_reset_any_more_no_form_is_spoken_of(sit_down, clock, sql):
    desk = await sit_down("/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten")
    clock.advance(STALE)
    await desk.press()
    await desk.proves(wachtwoord=PASSWORD)
    await sql.execute("UPDATE accounts SET enrolment_frozen_at = $1 WHERE role = 'gebruiker'", clock())

    page = await desk.reads()

    assert "2FA vrijgeven" in page
    assert NOT_SAVED_YET not in page


async def test_to_take_back_a_reset_that_waits_is_a_press_and_keeps_no_form(sit_down, clock, sql):
    desk = await sit_down("/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten")
    clock.advance(STALE)

    refused = await desk.browser.post(f"{desk.path}/intrekken", {})

    assert refused.headers["Location"] == f"/account/bevestigen?terug={desk.path}"
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


async def test_to_require_it_at_once_is_a_press_and_keeps_no_form(sit_down, clock, sql):
    desk = await sit_down("/gemeente/{gemeente}/2fa")
    assert OWNER.search(await desk.reads(f"{desk.path}/nu")) is None

    done_at_once = await desk.browser.post(desk.path, {"keuze": "nu"})
    assert done_at_once.status == 303
    assert await sql.fetchval("SELECT totp_required FROM gemeenten WHERE code = 'GM9901'")

    clock.advance(STALE)
    late = await desk.browser.post(desk.path, {"keuze": "nu"})
    assert late.headers["Location"] == f"/account/bevestigen?terug={desk.path}"
    assert "Wat u wilde doen, is nog niet gedaan." in await desk.reads("/account/bevestigen")
