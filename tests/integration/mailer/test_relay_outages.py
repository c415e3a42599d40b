"""A relay that takes no mail at all burns no try of any message."""

from datetime import timedelta

import pytest
import structlog
from aiosmtpd.smtp import AuthResult

from shared.broker_topology import PARKING_QUEUE, SEND_QUEUE
from shared.clock import utc_now
from shared.mail_contract import MailDelivered, MailExpired
from tests.integration.mailer.conftest import until


@pytest.fixture
def said():
    """What was logged since, as (level, event)."""
    with structlog.testing.capture_logs() as entries:
        yield lambda: [(entry["log_level"], entry["event"]) for entry in entries]


async def test_with_the_relay_down_for_a_while_nothing_is_lost_and_no_try_is_used_up(
    broker, smtp_server, start_mailer, make_event, said
):
    await smtp_server.stop()
    start_mailer()
    events = [make_event() for _ in range(10)]
    for event in events:
        await broker.publish(event)
    await until(lambda: ("warning", "relay_unavailable") in said())

    await smtp_server.start()

    reports = [await broker.take_report() for _ in events]
    assert {report.subject for report in reports} == {str(event.id) for event in events}
    assert {(type(report.data), report.data.attempt) for report in reports} == {(MailDelivered, 1)}
    assert len(smtp_server.mails) == 10
    assert said().count(("warning", "relay_unavailable")) == 1
    assert said().count(("info", "relay_back")) == 1


@pytest.mark.parametrize(
    ("reply", "level"), [("553 5.7.1 Sender not allowed", "error"), ("451 4.3.0 Busy", "warning")]
)
async def test_a_refused_sender_holds_the_queue_and_parks_nothing(
    reply, level, broker, smtp_server, start_mailer, make_event, said
):
    smtp_server.handler.sender_reply = reply
    start_mailer()
    event = make_event()

    await broker.publish(event)
    await until(lambda: (level, "relay_unavailable") in said())
    parked = await broker.waiting_in(PARKING_QUEUE)
    smtp_server.handler.sender_reply = None

    report = await broker.take_report()
    assert parked == 0
    assert (type(report.data), report.data.attempt) == (MailDelivered, 1)


async def test_a_wrong_password_holds_the_queue_and_is_an_error(
    broker, start_smtp_server, start_mailer, make_event, said
):
    server = await start_smtp_server(authenticator=reject, auth_require_tls=False)
    start_mailer(smtp_url=f"smtp://dnr:geheim@127.0.0.1:{server.port}")

    await broker.publish(make_event())

    await until(lambda: ("error", "relay_unavailable") in said())
    assert await broker.waiting_in(PARKING_QUEUE) == 0
    assert server.mails == []


def reject(*_):
    return AuthResult(success=False, handled=False)


async def test_a_mail_that_expires_while_the_relay_is_down_is_reported(
    broker, smtp_server, start_mailer, make_event, said
):
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    await smtp_server.stop()
    event = make_event(expires_at=utc_now() + timedelta(seconds=1))

    await broker.publish(event)

    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailExpired)
    assert ("warning", "relay_unavailable") in said()


async def test_in_more_than_a_blip_what_is_at_hand_goes_back_to_the_broker_without_using_up_a_try(
    broker, smtp_server, start_mailer, make_event, monkeypatch
):
    monkeypatch.setattr("mailer_service.consuming.handover.BLIP_SECONDS", 0.3)
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    await smtp_server.stop()
    event = make_event()

    await broker.publish(event)

    waiting = await broker.take("mailer.retry.v1.1m")
    assert waiting.message_id == str(event.id)
    assert "mailer-attempt" not in waiting.headers


async def test_while_the_relay_is_down_nobody_consumes_and_messages_stay_in_the_queue(
    broker, smtp_server, start_mailer, make_event, monkeypatch
):
    monkeypatch.setattr("mailer_service.consuming.handover.BLIP_SECONDS", 0.3)
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    await smtp_server.stop()
    # RabbitMQ counts who was cancelled for as long as he holds a message.
    await broker.publish(make_event())
    await broker.until_consumed_by(SEND_QUEUE, 0)
    later = [make_event() for _ in range(3)]

    for event in later:
        await broker.publish(event)
    left = await broker.waiting_in(SEND_QUEUE)
    await smtp_server.start()

    reports = [await broker.take_report() for _ in later]
    assert left == 3
    assert {report.subject for report in reports} == {str(event.id) for event in later}
    assert {(type(report.data), report.data.attempt) for report in reports} == {(MailDelivered, 1)}


async def test_stopping_with_the_relay_down_leaves_every_message_in_the_queue(
    broker, smtp_server, start_mailer, make_event, said
):
    await smtp_server.stop()
    mailer = start_mailer()
    for _ in range(3):
        await broker.publish(make_event())
    await until(lambda: ("warning", "relay_unavailable") in said())

    await mailer.stop()

    await broker.until_waiting(SEND_QUEUE, 3)


async def test_a_relay_that_fails_again_and_again_is_asked_again_and_again(
    broker, smtp_server, start_mailer, make_event, said
):
    start_mailer()
    for outage in range(1, 3):
        await smtp_server.stop()
        await broker.publish(make_event())
        await until(lambda times=outage: said().count(("warning", "relay_unavailable")) == times)

        await smtp_server.start()

        assert isinstance((await broker.take_report()).data, MailDelivered)
    assert said().count(("info", "relay_back")) == 2
