"""What is wrong with a broker is said in one sentence, and nothing is made or left behind by looking."""

import asyncio

import pytest
import structlog

from shared.broker import BrokerLink, open_connection, stay_connected
from shared.broker_check import BrokerUnusable, settle_topology
from shared.broker_topology import (
    COMMANDS,
    DELIVERY_LIMIT,
    EVENTS,
    PARKING,
    QUEUES,
    REPORTS_QUEUE,
    RETRY,
    SEND_QUEUE,
    declare,
)
from shared.queue_consumer import QueueConsumer
from shared.settings import SettingsWrong
from tests.integration.mailer.conftest import until

ALL = (COMMANDS, RETRY, PARKING, EVENTS)


@pytest.fixture
async def connection(broker, amqp_url):
    async with await open_connection(amqp_url, "test") as connection:
        yield connection


@pytest.fixture
async def other_send_queue(broker):
    """One with another delivery limit, in the place of ours."""
    ours = next(queue for queue in QUEUES if queue.name == SEND_QUEUE)
    arguments = {"x-queue-type": "quorum", **ours.arguments, "x-delivery-limit": 7}
    await broker.channel.queue_delete(SEND_QUEUE)
    await broker.channel.declare_queue(SEND_QUEUE, durable=True, arguments=arguments)
    yield
    await broker.channel.queue_delete(SEND_QUEUE)
    await declare(broker.channel)


@pytest.mark.parametrize("topology", ["check", "declare"])
async def test_a_sound_broker_is_left_as_it_is(topology, broker, connection):
    await settle_topology(connection, topology, ALL)

    assert [await broker.waiting_in(queue.name) for queue in QUEUES] == [0] * len(QUEUES)


async def test_all_that_is_missing_is_named_and_nothing_is_made(broker, connection):
    await broker.channel.queue_delete("mailer.retry.v1.1h")
    await broker.channel.exchange_delete(EVENTS)

    with pytest.raises(BrokerUnusable) as told:
        await settle_topology(connection, "check", ALL)
    with pytest.raises(BrokerUnusable) as told_again:
        await settle_topology(connection, "check", ALL)
    await declare(broker.channel)

    lacking = "the broker lacks exchange mail.events, queue mailer.retry.v1.1h"
    assert str(told.value) == str(told_again.value) == f"{lacking}: import deploy/rabbitmq/definitions.json"


async def test_who_waits_for_what_is_missing_goes_on_once_it_is_there(broker, amqp_url, monkeypatch):
    monkeypatch.setattr("shared.broker.LONGEST_PAUSE_SECONDS", 0.05)
    await broker.channel.queue_delete(SEND_QUEUE)
    link, worked = BrokerLink("test"), asyncio.Event()

    async def work(_):
        worked.set()
        await asyncio.Event().wait()

    with structlog.testing.capture_logs() as said:
        staying = asyncio.create_task(stay_connected(amqp_url, work, link=link, topology="check"))
        await until(lambda: "broker_lost" in [entry["event"] for entry in said])
        trouble = await link.trouble()
        await declare(broker.channel)
        await until(worked.is_set)
    staying.cancel()

    assert trouble.startswith("the broker lacks queue mailer.send.v1: ")
    assert {entry["log_level"] for entry in said if entry["event"] == "broker_lost"} == {"error"}
    assert await link.trouble() is None


@pytest.mark.parametrize("topology", ["check", "declare"])
async def test_other_arguments_stop_the_start_with_the_difference(topology, amqp_url, other_send_queue):
    link = BrokerLink("test")

    with pytest.raises(SettingsWrong) as told:
        await stay_connected(amqp_url, asyncio.sleep, link=link, topology=topology)

    sentence = str(told.value)
    assert sentence.startswith("The broker differs from deploy/rabbitmq/definitions.json, ")
    assert "'x-delivery-limit' for queue 'mailer.send.v1'" in sentence
    assert f"received '{DELIVERY_LIMIT}' but current is '7'" in sentence


async def test_who_swallows_what_is_for_nobody_is_warned_of(broker, connection):
    listener = await broker.channel.declare_queue(exclusive=True)
    await listener.bind(COMMANDS, "#")

    with structlog.testing.capture_logs() as said:
        await settle_topology(connection, "check", ALL)

    swallowing = [entry["exchange"] for entry in said if entry["event"] == "unroutable_swallowed"]
    assert swallowing == [COMMANDS]
    await broker.until_waiting(listener.name, 0)


@pytest.fixture(scope="module")
def limited_user(rabbit):
    """The URL of who may make nothing, report nothing and read no reports."""
    may = "^mailer\\.|^mail\\.(commands|retry|parking)$"
    return rabbit.add_user("limited", configure="^$", write=may, read=may)


@pytest.fixture
async def limited_url(limited_user, rabbit):
    async with await open_connection(rabbit.url, "test") as connection, connection.channel() as channel:
        await declare(channel)
    return limited_user


async def test_a_mailer_that_may_not_report_says_which_permission_it_needs(limited_url, run_mailer):
    with structlog.testing.capture_logs() as said:
        readiness, _ = run_mailer(amqp_url=limited_url, broker_topology="check")
        await until(lambda: "broker_lost" in [entry["event"] for entry in said])

    lacking = "the user of AMQP_URL needs the permission to write to the exchange mail.events"
    assert (await readiness.missing())["broker"] == lacking
    assert {(entry["log_level"], entry["reason"]) for entry in said if entry["event"] == "broker_lost"} == {
        ("error", lacking)
    }


async def test_who_may_not_read_its_queue_says_so(limited_url):
    link = BrokerLink("test")
    consumer = QueueConsumer(REPORTS_QUEUE, prefetch=1, link=link)

    async def work(connection):
        await consumer.run(connection, handler=None)

    with structlog.testing.capture_logs() as said:
        staying = asyncio.create_task(stay_connected(limited_url, work, link=link, topology="check"))
        await until(lambda: "broker_lost" in [entry["event"] for entry in said])
    staying.cancel()

    assert (await link.trouble()).startswith("the user of AMQP_URL needs a permission: ")
    assert "queue 'auth.mail-events.v1'" in await link.trouble()


async def test_who_may_make_nothing_can_still_look_and_publish(limited_url):
    async with await open_connection(limited_url, "test") as connection:
        await settle_topology(connection, "check", (COMMANDS, RETRY, PARKING))


async def test_who_is_to_make_all_and_may_not_says_so(limited_url):
    async with await open_connection(limited_url, "test") as connection:
        with pytest.raises(BrokerUnusable, match=r"needs a permission: .*exchange 'mail\.commands'"):
            await settle_topology(connection, "declare", ())
