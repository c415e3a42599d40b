"""Before a session ends one is warned and can stay; once it has ended, what was typed is still there."""

from datetime import timedelta

import asyncpg
import pytest_asyncio
from playwright.async_api import expect

QUESTION = "Over 2 minuten logt het systeem u uit. Wilt u ingelogd blijven?"
TOO_LONG = "Over 2 minuten logt het systeem u uit."
ALMOST_IDLE = timedelta(minutes=28, seconds=5)
ALMOST_TOO_OLD = timedelta(hours=11, minutes=58, seconds=5)


@pytest_asyncio.fixture(loop_scope="session")
async def person(visitor, make_account):
    person = await make_account()
    await visitor.logs_in(person.email, person.password)
    return person


@pytest_asyncio.fixture(loop_scope="session")
async def let_pass(own_database_url, person):
    """Put the session's beginning, or its last use, so long ago."""

    async def let_pass(column, time):
        connection = await asyncpg.connect(own_database_url)
        await connection.execute(
            f"UPDATE sessions SET {column} = now() - $1::interval FROM accounts"  # noqa: S608 - a name of ours.
            " WHERE accounts.id = account_id AND email = $2",
            time,
            person.email,
        )
        await connection.close()

    return let_pass


def warning(visitor):
    return visitor.page.get_by_role("alertdialog")


async def comes_back(visitor):
    """To the tab, from another one."""
    await visitor.page.evaluate("window.dispatchEvent(new Event('focus'))")


async def test_who_is_warned_can_stay_and_goes_on_where_he_was(visitor, let_pass):
    link = visitor.page.get_by_role("link", name="Mijn gegevens")
    await link.focus()
    await let_pass("last_seen_at", ALMOST_IDLE)
    await comes_back(visitor)
    await expect(warning(visitor)).to_have_accessible_name(QUESTION)
    await expect(visitor.page.get_by_role("heading", name=QUESTION)).to_be_focused()

    await visitor.button("Ja, ingelogd blijven").click()

    await expect(warning(visitor)).to_be_hidden()
    await expect(link).to_be_focused()
    await comes_back(visitor)
    await expect(warning(visitor)).to_be_hidden()


async def test_escape_is_staying_too(visitor, let_pass):
    await let_pass("last_seen_at", ALMOST_IDLE)
    await comes_back(visitor)
    await expect(warning(visitor)).to_be_visible()

    async with visitor.page.expect_response("**/account/sessie") as answered:
        await visitor.page.keyboard.press("Escape")

    assert (await (await answered.value).json())["seconden"] > ALMOST_IDLE.total_seconds()
    await expect(warning(visitor)).to_be_hidden()


async def test_use_in_another_tab_takes_the_warning_away(visitor, let_pass):
    await let_pass("last_seen_at", ALMOST_IDLE)
    await comes_back(visitor)
    await expect(warning(visitor)).to_be_visible()

    await visitor.door.get("/account")

    await comes_back(visitor)
    await expect(warning(visitor)).to_be_hidden()


async def test_who_was_logged_in_for_too_long_is_told_to_save_and_not_asked(visitor, let_pass):
    await let_pass("started_at", ALMOST_TOO_OLD)

    await visitor.opens("/account")

    await expect(warning(visitor)).to_have_accessible_name(TOO_LONG)
    await visitor.reads("Sla uw werk op. Log daarna opnieuw in.")
    await expect(visitor.button("Ja, ingelogd blijven")).to_be_hidden()
    await visitor.button("Sluiten").click()
    await expect(warning(visitor)).to_be_hidden()


async def test_one_can_log_out_at_once(visitor, let_pass):
    await let_pass("last_seen_at", ALMOST_IDLE)
    await comes_back(visitor)

    async with visitor.page.expect_navigation():
        await warning(visitor).get_by_role("button", name="Uitloggen").click()

    await visitor.reads("U bent uitgelogd.")


async def test_after_the_end_the_page_stays_as_it_was_and_leads_back(visitor, person, let_pass):
    await visitor.opens("/account/sessies")
    await let_pass("last_seen_at", timedelta(minutes=31))
    await comes_back(visitor)
    await expect(warning(visitor)).to_have_accessible_name("U bent uitgelogd.")

    await visitor.button("Sluiten").click()

    await visitor.is_on("/account/sessies")
    await visitor.reads_heading("Waar ben ik ingelogd?")
    await visitor.follows("Opnieuw inloggen")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account/sessies")
    await expect(warning(visitor)).to_be_hidden()


async def test_a_server_that_is_away_is_no_end(visitor, let_pass):
    await let_pass("last_seen_at", ALMOST_IDLE)
    await comes_back(visitor)
    await expect(warning(visitor)).to_be_visible()
    await visitor.page.route("**/account/sessie", lambda route: route.abort())

    await visitor.button("Ja, ingelogd blijven").click()

    await visitor.reads("Dat is niet gelukt. Probeer het nog een keer.")
    await visitor.page.unroute("**/account/sessie")
    await visitor.button("Ja, ingelogd blijven").click()
    await expect(warning(visitor)).to_be_hidden()


async def test_after_the_end_the_page_says_how_what_was_typed_is_found_again(visitor, person, let_pass):
    await visitor.opens("/account/gegevens")
    await visitor.types({"Adres *:": "Kerkstraat 7"})
    await let_pass("last_seen_at", timedelta(minutes=31))
    await comes_back(visitor)

    await visitor.reads("Klik dan op Sluiten en daarna op de knop van het formulier.")
    await visitor.button("Sluiten").click()
    await visitor.reads("Klik dan op de knop van het formulier.")
    await visitor.presses("Opslaan")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")

    await visitor.finds_in("Adres *:", "Kerkstraat 7")


async def test_a_form_that_is_sent_after_the_end_is_found_again_and_can_be_saved(visitor, person, let_pass):
    await visitor.opens("/account/gegevens")
    await visitor.types({"Adres *:": "Kerkstraat 7"})
    await let_pass("last_seen_at", timedelta(minutes=31))

    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.reads("Wat u had ingevuld, vindt u straks terug.")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")

    await visitor.is_on("/account/gegevens")
    await visitor.reads("Wat u had ingevuld, is nog niet opgeslagen. Controleer het en klik op de knop")
    await visitor.finds_in("Adres *:", "Kerkstraat 7")
    await visitor.presses("Opslaan")
    await visitor.reads_nowhere("nog niet opgeslagen")
    await visitor.opens("/account/gegevens")
    await visitor.finds_in("Adres *:", "Kerkstraat 7")
