"""A mailer that looks subscribed while nothing reaches it mends that, or says that only a restart will."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from shared.broker_topology import SEND_QUEUE, declare
from shared.mail_contract import MailDelivered
from shared.metrics import REGISTRY
from shared.operations_port import operations_app
from shared.queue_consumer import QueueConsumer
from tests.integration.mailer.conftest import until


@pytest.fixture
def at_once(monkeypatch):
    """Look every moment, and connect anew without a pause."""
    monkeypatch.setattr("shared.queue_consumer.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("shared.queue_consumer.ANSWER_SECONDS", 1.0)
    monkeypatch.setattr("shared.broker.LONGEST_PAUSE_AFTER_WORK_SECONDS", 0.05)


@pytest.fixture
def deaf(monkeypatch):
    """A consumer whose callback does nothing, until the test gives it back its ears."""
    hearing = QueueConsumer._dispatch

    async def never(_consumer, _handler, _delivered):
        """The message stays with us, unanswered."""

    monkeypatch.setattr(QueueConsumer, "_dispatch", never)
    return lambda: monkeypatch.setattr(QueueConsumer, "_dispatch", hearing)


def stalls():
    return REGISTRY.get_sample_value("dnr_dispatch_stalled", {"queue": SEND_QUEUE})


async def live(readiness):
    """What the orchestrator is told: the status and the body."""
    async with TestClient(TestServer(operations_app(readiness))) as client:
        answer = await client.get("/health/live")
        return answer.status, await answer.json()


async def test_a_queue_that_is_deleted_and_made_anew_at_once_is_consumed_again(
    broker, start_mailer, make_event, at_once
):
    start_mailer()
    await broker.publish(make_event())
    await broker.take_report()

    async def replace_and_mail():
        await broker.channel.queue_delete(SEND_QUEUE)
        await declare(broker.channel)
        event = make_event()
        await broker.publish(event)
        report = await broker.take_report()
        return report.subject == str(event.id) and isinstance(report.data, MailDelivered)

    assert [await replace_and_mail() for _ in range(5)] == [True] * 5


async def test_a_consumer_that_is_fed_nothing_again_and_again_asks_for_a_restart(
    broker, run_mailer, make_event, at_once, deaf
):
    readiness, _ = run_mailer(smtp_sessions=1)
    for _ in range(4):
        await broker.publish(make_event())

    await until(readiness.failing)

    status, told = await live(readiness)
    assert status == 503
    assert told["failing"]["broker"].startswith("messages wait in mailer.send.v1, and none came here on ")
    assert stalls() >= 2


async def test_a_consumer_that_is_fed_again_lives(broker, run_mailer, make_event, at_once, deaf):
    readiness, _ = run_mailer(smtp_sessions=1)
    for _ in range(4):
        await broker.publish(make_event())
    await until(readiness.failing)

    deaf()

    reports = [await broker.take_report() for _ in range(4)]
    assert {type(report.data) for report in reports} == {MailDelivered}
    assert await live(readiness) == (200, {"status": "live"})
    assert stalls() == 0


async def test_messages_that_wait_while_the_relay_is_down_are_no_stall(
    broker, smtp_server, run_mailer, make_event, at_once
):
    await smtp_server.stop()
    readiness, _ = run_mailer()
    for _ in range(20):
        await broker.publish(make_event())

    async def relay_is_missed():
        return "relay" in await readiness.missing()

    await until(relay_is_missed)
    await broker.until_waiting(SEND_QUEUE, 20)
    assert stalls() == 0
    assert await readiness.failing() == {}
