"""The sweep that alarms where nobody reported what became of a mail."""

from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from auth_service.flows.mail_watch import MailWatch
from auth_service.storage.mail_trail_table import MailReport, MailState
from shared.metrics import REGISTRY
from tests.integration.auth.scene import anyone, registration_form


@pytest.fixture
def look(database, clock):
    """Look once; returns what was warned of."""
    watch = MailWatch(database, clock)

    async def look_once():
        with capture_logs() as logs:
            assert await watch.look() is False
        return [(entry["event"], entry["count"], entry["new"]) for entry in logs]

    return look_once


@pytest.fixture
async def published(make_pending, sql):
    """A mail that the broker has and that nobody has reported on."""
    await make_pending()
    return await sql.fetchval("UPDATE mail_trail SET published_at = created_at RETURNING event_id")


def waiting(what):
    return (
        REGISTRY.get_sample_value("dnr_waiting", {"what": what}),
        REGISTRY.get_sample_value("dnr_waiting_oldest_seconds", {"what": what}),
    )


async def report(database, event_id, state, clock, next_try_at=None):
    async with database.transaction() as tx:
        assert await tx.mail_trail.record(MailReport(event_id, state, 1, None, next_try_at, clock()))


async def test_a_mail_without_any_report_is_warned_of_after_a_quarter_of_an_hour(look, published, clock):
    clock.advance(timedelta(minutes=14))
    assert await look() == []
    assert waiting("reports") == (0, 0)

    clock.advance(timedelta(minutes=1))
    assert await look() == [("mails_without_report", 1, [str(published)])]
    assert waiting("reports") == (1, 900)
    assert REGISTRY.get_sample_value("dnr_waiting_looked_at_seconds") == clock().timestamp()


async def test_of_each_mail_is_warned_once(look, published, make_pending, clock, sql):
    clock.advance(timedelta(minutes=15))
    assert len(await look()) == 1
    assert await look() == []

    await make_pending(email="piet@dezon.example")
    later = await sql.fetchval(
        "UPDATE mail_trail SET published_at = created_at WHERE published_at IS NULL RETURNING event_id"
    )
    clock.advance(timedelta(minutes=15))

    assert await look() == [("mails_without_report", 2, [str(later)])]


async def test_a_mail_that_still_waits_in_the_outbox_counts_as_that_only(look, services, clock):
    await services.registration.register(registration_form(), anyone())

    clock.advance(timedelta(hours=1))

    assert await look() == []
    assert waiting("outbox") == (1, 3600)
    assert waiting("reports") == (0, 0)


@pytest.mark.parametrize("state", [MailState.DELIVERED, MailState.REFUSED, MailState.EXPIRED])
async def test_a_mail_with_its_last_report_is_done_with(look, published, database, clock, state):
    await report(database, published, state, clock)

    clock.advance(timedelta(hours=1))

    assert await look() == []


async def test_a_deferred_mail_is_warned_of_when_its_next_report_does_not_come(
    look, published, database, clock
):
    await report(database, published, MailState.DEFERRED, clock, clock() + timedelta(hours=1))

    clock.advance(timedelta(minutes=74))
    assert await look() == []

    clock.advance(timedelta(minutes=1))
    assert await look() == [("mails_without_report", 1, [str(published)])]


async def test_a_mail_that_expired_long_ago_is_given_up(look, published, clock):
    clock.advance(timedelta(hours=24) + timedelta(hours=23))
    assert await look() == [("mails_without_report", 1, [str(published)])]

    clock.advance(timedelta(hours=1))
    await look()
    assert waiting("reports") == (0, 0)


async def test_requests_that_nobody_answers_are_counted(look, sql, clock):
    await sql.execute(
        "INSERT INTO mail_requests (id, purpose, email_key, requested_at, next_try_at)"
        " VALUES ($1, 'activation', 'jan@dezon.example', $2, $2)",
        uuid4(),
        clock(),
    )

    clock.advance(timedelta(seconds=90))

    assert await look() == []
    assert waiting("mail_requests") == (1, 90)
