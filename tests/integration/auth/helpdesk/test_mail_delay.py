"""The banner that says that mail as a whole is late."""

from datetime import timedelta

import pytest

from auth_service.accounts.mail_progress import MailState
from auth_service.flows.mail_delay import MOST_COUNTED
from auth_service.web.mail_delay_nl import told_delay
from tests.integration.auth.helpdesk.conftest import BASE
from tests.integration.auth.scene import anyone, registration_form

FOUR_MINUTES, A_MINUTE, A_DAY = timedelta(minutes=4), timedelta(minutes=1), timedelta(days=1)
EMAIL = "jan@dezon.example"
PUBLISHED = "UPDATE mail_trail SET published_at = created_at"


@pytest.fixture
def told(services):
    async def told():
        return told_delay(await services.helpdesk.mail_delays.now())

    return told


@pytest.fixture
async def in_outbox(services, clock):
    """Registered at 14.05 hours in the Netherlands; the broker takes nothing."""
    await services.registration.register(registration_form(), anyone())


async def test_mail_that_waits_for_the_broker_is_told_of_after_five_minutes(told, in_outbox, clock):
    clock.advance(FOUR_MINUTES)
    assert await told() is None

    clock.advance(A_MINUTE)
    assert await told() == "E-mail is vertraagd sinds 14.05 uur. Er wacht 1 e-mail."


async def test_so_is_mail_that_nobody_reports_on(told, in_outbox, clock, sql):
    await sql.execute("DELETE FROM outbox")
    await sql.execute(PUBLISHED)

    clock.advance(FOUR_MINUTES + A_MINUTE)

    assert await told() == "E-mail is vertraagd sinds 14.05 uur. Er wacht 1 e-mail."


async def test_and_a_code_that_was_asked_for_and_is_not_made(told, services, clock):
    await services.mail_requests.ask_activation_code(EMAIL, anyone())

    clock.advance(FOUR_MINUTES + A_MINUTE)

    assert await told() == "E-mail is vertraagd sinds 14.05 uur. Er wacht 1 e-mail."


@pytest.mark.parametrize("state", [MailState.DELIVERED, MailState.REFUSED])
async def test_mail_of_which_all_is_known_is_not_late(told, in_outbox, clock, sql, report, state):
    await sql.execute("DELETE FROM outbox")
    await sql.execute(PUBLISHED)
    await report(EMAIL, state, "250 Ok")

    clock.advance(FOUR_MINUTES + A_MINUTE)

    assert await told() is None


async def test_nor_is_mail_that_its_receiver_puts_off(told, in_outbox, clock, sql):
    await sql.execute("DELETE FROM outbox")
    await sql.execute(PUBLISHED)
    clock.advance(FOUR_MINUTES + A_MINUTE)

    await sql.execute("UPDATE mail_trail SET state = 'deferred', next_try_at = $1", clock() + A_MINUTE)

    assert await told() is None


async def test_what_nobody_can_send_any_more_is_not_told_of_for_ever(told, in_outbox, clock):
    clock.advance(A_DAY)

    assert await told() is None


async def test_many_are_counted_as_people_write_numbers(told, in_outbox, clock, sql):
    copies = (
        "INSERT INTO outbox SELECT gen_random_uuid(), event, created_at, next_try_at, attempts, last_error"
        " FROM outbox, generate_series(1, $1)"
    )
    await sql.execute(copies, 126)
    clock.advance(timedelta(minutes=10))
    assert await told() == "E-mail is vertraagd sinds 14.05 uur. 127 e-mails wachten."

    await sql.execute(copies, 10)
    assert (
        await told() == f"E-mail is vertraagd sinds 14.05 uur. Meer dan {MOST_COUNTED - 1} e-mails wachten."
    )


async def test_since_yesterday_says_so(told, in_outbox, clock):
    clock.advance(timedelta(hours=20))

    assert await told() == "E-mail is vertraagd sinds 23 november om 14.05 uur. Er wacht 1 e-mail."


async def test_each_page_of_the_helpdesk_says_it(medewerker, register, sql, services, clock):
    waiting = await register()
    await services.registration.register(registration_form(email="b@c.example"), anyone())
    await sql.execute("UPDATE outbox SET created_at = created_at - interval '5 minutes'")

    for path in (BASE, f"{BASE}/bedrijven/{waiting.id}", f"{BASE}/bedrijven/{waiting.id}/email"):
        assert "E-mail is vertraagd sinds" in await medewerker.reads(path)
