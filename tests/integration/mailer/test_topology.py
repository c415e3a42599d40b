"""What the broker does with our queues as we declare them: it takes unknown arguments without a word."""

from dataclasses import replace
from uuid import uuid4

import aio_pika
import pytest
from aio_pika import DeliveryMode
from aio_pika.exceptions import ChannelPreconditionFailed, DeliveryError

from shared.broker import publishing_channel
from shared.broker_topology import (
    DELIVERY_LIMIT,
    PARKING,
    PARKING_QUEUE,
    QUEUES,
    REPORTS_QUEUE,
    RETRY,
    SEND_QUEUE,
    declare_queue,
)
from tests.integration.mailer.conftest import until


@pytest.fixture
async def confirmed(broker, amqp_url):
    """A channel on which a publish that the broker refuses raises."""
    async with await aio_pika.connect(amqp_url) as connection:
        yield await publishing_channel(connection)


@pytest.fixture
async def like(broker):
    """A queue that differs from one of ours in its name and in the arguments given; gone after the test."""
    names = []

    async def make(name, **arguments):
        ours = next(queue for queue in QUEUES if queue.name == name)
        copy = replace(ours, name=f"test.{uuid4()}", arguments={**ours.arguments, **arguments})
        names.append(copy.name)
        return await declare_queue(broker.channel, copy)

    yield make
    for name in names:
        await broker.channel.queue_delete(name)


@pytest.mark.parametrize("name", [SEND_QUEUE, REPORTS_QUEUE])
async def test_a_message_that_fails_once_more_than_the_limit_is_parked(name, broker):
    message = aio_pika.Message(b"poison", delivery_mode=DeliveryMode.PERSISTENT)
    await broker.channel.default_exchange.publish(message, name)
    queue = await broker.channel.get_queue(name, ensure=False)

    for _ in range(DELIVERY_LIMIT + 1):
        delivered = await until(lambda: queue.get(fail=False))
        await delivered.reject(requeue=True)

    parked = await broker.take_parked()
    assert parked.body == b"poison"
    assert parked.headers["x-first-death-reason"] == "delivery_limit"


async def test_one_failure_fewer_than_the_limit_leaves_a_message_in_its_queue(broker):
    message = aio_pika.Message(b"unlucky", delivery_mode=DeliveryMode.PERSISTENT)
    await broker.channel.default_exchange.publish(message, SEND_QUEUE)
    queue = await broker.channel.get_queue(SEND_QUEUE, ensure=False)

    for _ in range(DELIVERY_LIMIT):
        delivered = await until(lambda: queue.get(fail=False))
        await delivered.reject(requeue=True)

    assert (await broker.take(SEND_QUEUE)).body == b"unlucky"


@pytest.mark.parametrize("name", [SEND_QUEUE, "mailer.retry.v1.10s", PARKING_QUEUE, REPORTS_QUEUE])
async def test_a_full_queue_refuses_what_is_published(name, confirmed, like):
    queue = await like(name, **{"x-max-length": 1})

    assert await is_refused_at_last(confirmed, queue)


async def is_refused_at_last(channel, queue):
    # The limit of a quorum queue is a soft one: a few more get in.
    for _ in range(20):
        try:
            await channel.default_exchange.publish(aio_pika.Message(b"there"), queue.name, timeout=10)
        except DeliveryError:
            return True
    return False


async def test_what_waited_in_a_tier_comes_back_with_our_headers_and_without_an_expiration(broker, like):
    tier = await like("mailer.retry.v1.10s", **{"x-message-ttl": 50})
    message = aio_pika.Message(
        b"later",
        message_id="7",
        headers={"mailer-attempt": 3},
        delivery_mode=DeliveryMode.PERSISTENT,
    )

    await broker.channel.default_exchange.publish(message, tier.name)

    back = await broker.take(SEND_QUEUE)
    assert (back.body, back.message_id, back.headers["mailer-attempt"]) == (b"later", "7", 3)
    assert (back.expiration, back.delivery_mode) == (None, DeliveryMode.PERSISTENT)


@pytest.mark.parametrize(
    "queue",
    [queue for queue in QUEUES if queue.routing_key in ("mail.*.v1", "10s", "4h")],
    ids=lambda one: one.name,
)
@pytest.mark.parametrize("argument", ["x-dead-letter-strategy", "x-overflow"])
async def test_nothing_is_dropped_on_its_way_to_where_it_dead_letters(argument, queue, broker, amqp_url):
    """Only both together make it at least once; a retry after a refusal takes RabbitMQ three minutes."""
    arguments = {name: value for name, value in queue.arguments.items() if name != argument}

    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        with pytest.raises(ChannelPreconditionFailed, match=f"'{argument}' .* but current is the value"):
            await declare_queue(channel, replace(queue, arguments=arguments))


@pytest.mark.parametrize("name", [queue.routing_key for queue in QUEUES if queue.exchange == RETRY])
async def test_each_tier_is_reached_by_its_name(name, broker):
    exchange = await broker.channel.get_exchange(RETRY)

    await exchange.publish(aio_pika.Message(name.encode()), name)

    assert (await broker.take(f"mailer.retry.v1.{name}")).body == name.encode()


async def test_whatever_is_published_for_parking_gets_there(broker):
    exchange = await broker.channel.get_exchange(PARKING)

    await exchange.publish(aio_pika.Message(b"odd"), "no.key.of.ours")

    assert (await broker.take_parked()).body == b"odd"
