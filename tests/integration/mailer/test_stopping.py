"""Told to stop, the mailer ends in the time that it has, whatever the others do meanwhile."""

import asyncio

import pytest

from mailer_service.wiring import build
from shared.broker_topology import REPORTS_QUEUE, SEND_QUEUE
from shared.mail_contract import MailDelivered
from shared.readiness import Readiness
from tests.integration.mailer.conftest import until

# Far below the minutes in which sockets and libraries give up, and far above what is allowed.
ENDED_SECONDS = 15


@pytest.fixture(autouse=True)
def short_drain(monkeypatch):
    monkeypatch.setattr("mailer_service.wiring.DRAIN_SECONDS", 1.0)
    monkeypatch.setattr("mailer_service.wiring.CLOSE_SECONDS", 0.5)
    monkeypatch.setattr("mailer_service.consuming.mail_consumer.CANCEL_SECONDS", 0.5)


@pytest.fixture
def start(make_settings):
    """Start a mailer; returns what stops it and waits for its end."""
    tasks = []

    def begin(**changes):
        stop = asyncio.Event()
        tasks.append(asyncio.create_task(build(make_settings(**changes)).run(stop, Readiness())))

        async def end():
            stop.set()
            await asyncio.wait_for(tasks[0], ENDED_SECONDS)

        return end

    return begin


async def test_a_frozen_broker_holds_nobody_up(broker, cable, start, make_event):
    end = start(amqp_url=cable.url)
    await broker.publish(make_event())
    await broker.take_report()

    cable.squeeze()

    await end()


async def test_a_broker_that_freezes_with_a_mail_under_way_holds_nobody_up(
    broker, cable, smtp_server, start, make_event
):
    smtp_server.handler.answering.clear()
    end = start(amqp_url=cable.url)
    await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 1)
    cable.squeeze()
    smtp_server.handler.answering.set()

    await end()

    # It went out, and nobody could be told: the broker hands it to the next mailer.
    assert len(smtp_server.mails) == 1
    await cable.cut()
    await broker.until_waiting(SEND_QUEUE, 1)


async def test_a_relay_that_never_answers_holds_nobody_up(broker, smtp_server, start, make_event):
    smtp_server.handler.answering.clear()
    end = start()
    for _ in range(10):
        await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 4)

    await end()

    await broker.until_waiting(SEND_QUEUE, 10)


async def test_what_is_under_way_is_reported_before_the_end(broker, smtp_server, start, make_event):
    smtp_server.handler.answering.clear()
    end = start()
    await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 1)

    stopping = asyncio.create_task(end())
    smtp_server.handler.answering.set()
    await stopping

    assert await broker.waiting_in(REPORTS_QUEUE) == 1
    assert isinstance((await broker.take_report()).data, MailDelivered)
    assert smtp_server.handler.goodbyes == 1
