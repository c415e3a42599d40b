"""The sweep that alarms where nobody reported what became of a mail."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from auth_service.flows.mail_watch import MailWatch
from auth_service.storage.mail_trail_table import MailReport, MailState
from shared.metrics import REGISTRY


@pytest.fixture
def look(database, clock):
    """Look once; returns what was warned of."""
    watch = MailWatch(database, clock)

    async def look_once():
        with capture_logs() as logs:
            assert await watch.look() is False
        return [(entry["event"], entry["count"]) for entry in logs]

    return look_once


@pytest.fixture
async def published(make_pending, sql):
    """A mail that left the outbox and that nobody has reported on."""
    await make_pending()
    return await sql.fetchval("SELECT event_id FROM mail_trail")


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
    assert await look() == [("mails_without_report", 1)]
    assert waiting("reports") == (1, 900)


async def test_a_mail_that_still_waits_in_the_outbox_counts_as_that_only(look, published, clock, sql):
    event = {"id": str(published)}
    await sql.execute("INSERT INTO outbox VALUES ($1, $2, $3, $3)", published, json.dumps(event), clock())

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
    assert await look() == [("mails_without_report", 1)]


async def test_a_mail_that_expired_long_ago_is_given_up(look, published, clock):
    clock.advance(timedelta(hours=24) + timedelta(hours=23))
    assert await look() == [("mails_without_report", 1)]

    clock.advance(timedelta(hours=1))
    assert await look() == []


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
