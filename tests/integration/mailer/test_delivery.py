"""An event in, a mail out, and a report: driven by the queue, read from the SMTP server."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import structlog

from deploy.local.mailbox.smtp_server import Moment
from shared.broker_topology import EVENTS, REPORTS_QUEUE, SEND_QUEUE
from shared.clock import utc_now
from shared.mail_contract import MailDeferred, MailDelivered, MailExpired, MailRefused
from shared.mail_facts import ActivationCodeIssued
from shared.metrics import REGISTRY
from tests.event_messages import event_message
from tests.integration.mailer.conftest import CODE, until


async def test_an_event_becomes_a_mail_and_a_report(broker, smtp_server, start_mailer, make_event):
    start_mailer()
    event = make_event(ActivationCodeIssued)

    await broker.publish(event)

    report = await broker.take_report()
    (mail,), (kept,) = smtp_server.mails, smtp_server.kept
    assert kept.sender == "noreply@nachregister.example"
    assert kept.recipients == (event.data.to,)
    assert mail["Subject"] == "Bevestig uw e-mailadres voor het Digitaal Nachregister"
    assert f"\n{CODE}\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert report.subject == str(event.id)
    assert isinstance(report.data, MailDelivered)
    assert (report.data.attempt, report.data.reply) == (1, "250 2.0.0 Kept")


async def test_mails_share_a_session_and_say_goodbye_at_the_end(
    broker, smtp_server, start_mailer, make_event
):
    mailer = start_mailer()
    for _ in range(3):
        await broker.publish(make_event())
        await broker.take_report()

    await mailer.stop()

    assert len(smtp_server.mails) == 3
    assert smtp_server.handler.connections == 1
    assert smtp_server.handler.goodbyes == 1


async def test_an_idle_session_is_closed_with_a_goodbye_and_opened_again(
    broker, smtp_server, start_mailer, make_event, monkeypatch
):
    monkeypatch.setattr("mailer_service.sending.session_pool.IDLE_SECONDS", 0.2)
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    await until(lambda: smtp_server.handler.goodbyes == 1)

    await broker.publish(make_event())

    report = await broker.take_report()
    assert (type(report.data), report.data.attempt) == (MailDelivered, 1)


async def test_a_session_that_the_relay_closed_costs_no_try(broker, smtp_server, start_mailer, make_event):
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    smtp_server.drop_sessions()

    await broker.publish(make_event())

    report = await broker.take_report()
    assert (type(report.data), report.data.attempt) == (MailDelivered, 1)
    assert len(smtp_server.mails) == 2


@pytest.mark.parametrize("reply", ["421 4.4.2 Idle too long", "452 4.5.3 Too many mails in this session"])
async def test_a_session_that_the_relay_is_tired_of_is_replaced_at_once(
    reply, broker, smtp_server, start_mailer, make_event
):
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()
    smtp_server.handler.sender_replies_once.append(reply)

    with structlog.testing.capture_logs() as said:
        await broker.publish(make_event())
        report = await broker.take_report()

    assert (type(report.data), report.data.attempt) == (MailDelivered, 1)
    assert "relay_unavailable" not in [entry["event"] for entry in said]
    assert smtp_server.handler.connections == 2


async def test_451_then_250_is_delivered_at_the_second_try(broker, smtp_server, start_mailer, make_event):
    smtp_server.handler.replies[Moment.DATA] = ["451 4.7.1 Greylisted"]
    start_mailer()
    event = make_event()

    await broker.publish(event)

    deferred = await broker.take_report()
    # The real 10 s tier: the one slow test here.
    delivered = await broker.take_report(seconds=25)
    assert isinstance(deferred.data, MailDeferred)
    assert (deferred.data.attempt, deferred.data.reply) == (1, "451 4.7.1 Greylisted")
    assert deferred.data.next_try_at - deferred.data.at == timedelta(seconds=10)
    assert isinstance(delivered.data, MailDelivered)
    assert (delivered.data.attempt, delivered.subject) == (2, str(event.id))
    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize("moment", Moment)
async def test_a_deferred_mail_waits_in_its_tier(moment, broker, smtp_server, start_mailer, make_event):
    smtp_server.handler.replies[moment] = ["451 4.7.1 Later"]
    start_mailer()
    event = make_event()

    await broker.publish(event)

    waiting = await broker.take("mailer.retry.v1.10s")
    assert waiting.message_id == str(event.id)
    assert waiting.type == event.type
    assert waiting.headers["mailer-attempt"] == 2
    assert waiting.headers["mailer-last-error"] == "451 4.7.1 Later"
    assert "mailer-first-failed-at" in waiting.headers
    assert await broker.waiting_in(SEND_QUEUE) == 0


async def test_a_later_failure_waits_in_a_longer_tier_without_the_brokers_headers(
    broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.replies[Moment.RCPT] = ["450 4.2.1 Full"]
    start_mailer()
    message = event_message(make_event(), {"mailer-attempt": 9, "x-death": "old", "traceparent": "00-4b"})

    await broker.publish_raw(message, message.type)

    waiting = await broker.take("mailer.retry.v1.4h")
    assert waiting.headers["mailer-attempt"] == 10
    assert waiting.headers["traceparent"] == "00-4b"
    assert "x-death" not in waiting.headers


@pytest.mark.parametrize("moment", Moment)
async def test_550_is_parked_and_reported(moment, broker, smtp_server, start_mailer, make_event):
    smtp_server.handler.replies[moment] = ["550 5.1.1 No such user"]
    start_mailer()
    event = make_event()

    await broker.publish(event)

    parked, report = await broker.take_parked(), await broker.take_report()
    assert parked.headers["mailer-reason"] == "smtp_refused: 550 5.1.1 No such user"
    assert parked.headers["mailer-attempt"] == 1
    assert UUID(parked.message_id) == event.id
    assert isinstance(report.data, MailRefused)
    assert (report.subject, report.data.reply) == (str(event.id), "550 5.1.1 No such user")
    assert smtp_server.mails == []


async def test_a_refusal_is_counted_with_its_codes_and_its_try(broker, smtp_server, start_mailer, make_event):
    replies = ("dnr_smtp_replies_total", {"code": "550", "status": "5.1.1", "receiver": "ziggo.nl"})
    tries = ("dnr_mail_attempts_sum", {"answer": "refused"})
    before = [REGISTRY.get_sample_value(*sample) or 0 for sample in (replies, tries)]
    smtp_server.handler.replies[Moment.RCPT] = ["550 5.1.1 No such user"]
    start_mailer()
    message = event_message(make_event(to="jan@ziggo.nl"), {"mailer-attempt": 3})

    await broker.publish_raw(message, message.type)

    await broker.take_report()
    after = [REGISTRY.get_sample_value(*sample) for sample in (replies, tries)]
    assert [late - early for late, early in zip(after, before, strict=True)] == [1, 3]


async def test_after_a_refusal_the_same_session_serves_the_next_mail(
    broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.replies[Moment.RCPT] = ["550 5.7.1 No"]
    start_mailer()
    await broker.publish(make_event())
    await broker.take_parked()
    refused = await broker.take_report()

    await broker.publish(make_event())

    delivered = await broker.take_report()
    assert (type(refused.data), type(delivered.data)) == (MailRefused, MailDelivered)
    assert smtp_server.handler.connections == 1


async def test_what_has_expired_is_reported_and_never_mailed(
    broker, smtp_server, start_mailer, make_event, now
):
    start_mailer()
    event, fresh = make_event(expires_at=now - timedelta(seconds=1)), make_event()

    await broker.publish(event)
    await broker.publish(fresh)

    expired, delivered = await broker.take_report(), await broker.take_report()
    reports = {type(report.data): report for report in (expired, delivered)}
    assert reports[MailExpired].subject == str(event.id)
    assert [mail["To"] for mail in smtp_server.mails] == [fresh.data.to]


async def test_a_doubled_event_is_one_mail(broker, smtp_server, start_mailer, make_event):
    start_mailer()
    event = make_event()

    await broker.publish(event)
    await broker.publish(event)

    first, second = await broker.take_report(), await broker.take_report()
    assert first.id == second.id
    assert len(smtp_server.mails) == 1


async def test_losing_the_broker_in_the_middle_of_data_makes_one_mail(
    broker, smtp_server, start_mailer, make_event, cable
):
    smtp_server.handler.answering.clear()
    start_mailer(amqp_url=cable.url)
    event = make_event()
    await broker.publish(event)
    await until(lambda: smtp_server.handler.in_data == 1)

    await cable.cut()
    await broker.until_waiting(SEND_QUEUE, 1)
    await cable.mend()
    # Handed out again, while the first send still waits for its answer.
    await broker.until_waiting(SEND_QUEUE, 0)
    smtp_server.handler.answering.set()

    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailDelivered)
    assert smtp_server.handler.in_data == 1
    assert len(smtp_server.mails) == 1


async def test_losing_the_broker_before_the_report_makes_one_mail(
    broker, smtp_server, start_mailer, make_event, cable
):
    smtp_server.handler.answering.clear()
    start_mailer(amqp_url=cable.url)
    event = make_event()
    await broker.publish(event)
    await until(lambda: smtp_server.handler.in_data == 1)

    await cable.cut()
    smtp_server.handler.answering.set()
    await until(lambda: smtp_server.mails)
    await cable.mend()

    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailDelivered)
    await broker.until_waiting(SEND_QUEUE, 0)
    assert len(smtp_server.mails) == 1


async def test_a_mail_that_arrived_is_reported_so_though_it_expired_meanwhile(
    broker, smtp_server, start_mailer, make_event, cable, now
):
    smtp_server.handler.answering.clear()
    start_mailer(amqp_url=cable.url)
    event = make_event(expires_at=now + timedelta(seconds=3))
    await broker.publish(event)
    await until(lambda: smtp_server.handler.in_data == 1)

    await cable.cut()
    await until(lambda: utc_now() > event.data.expires_at)
    smtp_server.handler.answering.set()
    await until(lambda: smtp_server.mails)
    await cable.mend()

    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailDelivered)
    assert len(smtp_server.mails) == 1


async def test_a_report_that_finds_no_queue_is_kept_until_it_does(
    broker, smtp_server, start_mailer, make_event
):
    reports = await broker.channel.get_queue(REPORTS_QUEUE)
    start_mailer(broker_topology="check")
    await reports.unbind(EVENTS, "mail.*.v1")
    event = make_event()

    with structlog.testing.capture_logs() as said:
        await broker.publish(event)
        await until(lambda: "publish_refused" in [entry["event"] for entry in said])
        await reports.bind(EVENTS, "mail.*.v1")

        report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailDelivered)
    assert len(smtp_server.mails) == 1


async def test_stopping_finishes_what_is_under_way_and_leaves_the_rest_in_the_queue(
    broker, smtp_server, start_mailer, make_event
):
    smtp_server.handler.answering.clear()
    mailer = start_mailer()
    for _ in range(20):
        await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 4)

    stopping = asyncio.create_task(mailer.stop())
    await broker.until_waiting(SEND_QUEUE, 16)
    smtp_server.handler.answering.set()
    await stopping

    assert len(smtp_server.mails) == 4
    assert await broker.waiting_in(REPORTS_QUEUE) == 4
    assert await broker.waiting_in(SEND_QUEUE) == 16
