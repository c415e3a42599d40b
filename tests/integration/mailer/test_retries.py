"""What becomes of a mail that was not taken at once."""

from datetime import timedelta

import pytest
import structlog

from deploy.local.mailbox.smtp_server import Moment
from mailer_service.sending.session_pool import SESSIONS
from mailer_service.wiring import PREFETCH_PER_SESSION
from shared.broker_topology import PARKING_QUEUE, RETRY, SEND_QUEUE
from shared.mail_contract import MailDeferred, MailDelivered, MailExpired, MailRefused
from shared.metrics import REGISTRY
from tests.event_messages import event_message
from tests.integration.mailer.conftest import until


async def test_a_relay_that_names_a_time_is_not_asked_before(broker, smtp_server, start_mailer, make_event):
    smtp_server.handler.replies[Moment.RCPT] = ["450 4.2.0 Greylisted, try again in 50 seconds"]
    start_mailer()

    await broker.publish(make_event())

    report = await broker.take_report()
    waiting = await broker.take("mailer.retry.v1.1m")
    assert report.data.next_try_at - report.data.at == timedelta(minutes=1)
    assert waiting.headers["mailer-attempt"] == 2


async def test_a_mail_without_a_last_reply_is_counted_and_tried_again(
    broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.answering.clear()
    start_mailer()
    before = REGISTRY.get_sample_value("dnr_mail_ambiguous_total")
    await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 1)

    smtp_server.drop_sessions()

    report = await broker.take_report()
    waiting = await broker.take("mailer.retry.v1.10s")
    assert isinstance(report.data, MailDeferred)
    assert waiting.headers["mailer-attempt"] == 2
    assert REGISTRY.get_sample_value("dnr_mail_ambiguous_total") == before + 1


@pytest.mark.parametrize(
    ("reply", "unusable"), [("550 5.1.1 No such user", True), ("554 5.7.1 Looks like spam", False)]
)
async def test_a_refusal_says_whether_the_address_is_of_any_use(
    reply, unusable, broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.replies[Moment.RCPT] = [reply]
    start_mailer()

    await broker.publish(make_event())

    report = await broker.take_report()
    assert isinstance(report.data, MailRefused)
    assert report.data.address_unusable is unusable


async def test_a_burst_that_comes_back_from_its_tier_is_metered(
    broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.answering.clear()
    start_mailer()
    tier = await broker.channel.get_exchange(RETRY)
    events = [make_event() for _ in range(40)]

    for event in events:
        message = event_message(event, {"mailer-attempt": 2})
        message.expiration = timedelta(milliseconds=50)
        await tier.publish(message, "10s")

    await until(lambda: smtp_server.handler.in_data == SESSIONS)
    await broker.until_waiting(SEND_QUEUE, len(events) - PREFETCH_PER_SESSION * SESSIONS)
    smtp_server.handler.answering.set()
    reports = [await broker.take_report() for _ in events]
    assert {report.subject for report in reports} == {str(event.id) for event in events}
    assert {(type(report.data), report.data.attempt) for report in reports} == {(MailDelivered, 2)}


async def test_a_mail_that_expires_in_its_tier_is_reported_when_it_comes_back(
    broker, smtp_server, start_mailer, make_event, now
):
    start_mailer()
    event = make_event(expires_at=now - timedelta(seconds=1))
    message = event_message(event, {"mailer-attempt": 9})
    # The last tier, which hands it back as always, but before long.
    message.expiration = 0.05
    tiers = await broker.channel.get_exchange(RETRY)

    await tiers.publish(message, "4h")

    report = await broker.take_report()
    assert (report.subject, type(report.data), report.data.attempt) == (str(event.id), MailExpired, 9)
    assert smtp_server.mails == []


@pytest.mark.parametrize(
    "reply",
    ["550 5.7.26 Unauthenticated", "553 5.7.1 <noreply@nachregister.example>: Sender address rejected"],
)
async def test_three_receivers_that_blame_our_sender_stop_the_line_and_park_nothing(
    reply, broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.replies[Moment.RCPT] = [reply] * 3
    with structlog.testing.capture_logs() as said:
        start_mailer()
        for domain in ("een.example", "twee.example", "drie.example"):
            await broker.publish(make_event(to=f"info@{domain}"))
            assert isinstance((await broker.take_report()).data, MailDeferred)

        # Held back until the relay has been asked, and then tried with this one.
        await broker.publish(make_event(to="info@vier.example"))

        assert isinstance((await broker.take_report()).data, MailDelivered)
    stopped = [entry for entry in said if entry["event"] == "relay_unavailable"]
    assert [entry["settings_wrong"] for entry in stopped] == [True]
    assert await broker.waiting_in(PARKING_QUEUE) == 0
