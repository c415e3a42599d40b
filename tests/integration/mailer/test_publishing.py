"""Publishing is certain: it returns once the broker confirms, and whatever else happens raises."""

import asyncio

import pytest
import structlog
from aio_pika.exceptions import DeliveryError

from shared.broker import BROKER_ERRORS, event_properties, open_connection, publish, publishing_channel
from shared.broker_topology import EVENTS, REPORTS_QUEUE, SEND_QUEUE
from shared.mail_contract import encode
from tests.integration.mailer.conftest import until


@pytest.fixture
def said():
    """The names of what was logged since."""
    with structlog.testing.capture_logs() as entries:
        yield lambda: [entry["event"] for entry in entries]


@pytest.fixture
async def channel(broker, cable):
    """For publishing through the cable."""
    async with await open_connection(cable.url, "test") as connection:
        yield await publishing_channel(connection)


@pytest.fixture
def publish_on(channel, make_event):
    """Publish an event, as a report unless told otherwise."""

    async def publish_one(exchange=EVENTS, key="mail.delivered.v1", seconds=None):
        event = make_event()
        target = await channel.get_exchange(exchange, ensure=False)
        await publish(target, encode(event), event_properties(event), key, seconds=seconds)

    return publish_one


async def test_what_is_confirmed_is_in_its_queue(broker, publish_on):
    await publish_on()

    assert await broker.waiting_in(REPORTS_QUEUE) == 1


async def test_what_reaches_no_queue_is_refused(publish_on):
    with pytest.raises(DeliveryError, match="nobody"):
        await publish_on(key="nobody.listens")


async def test_what_a_full_queue_wont_take_is_refused(broker, publish_on):
    queue = await broker.channel.declare_queue(
        exclusive=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}
    )
    await publish_on("", queue.name)

    with pytest.raises(DeliveryError):
        await publish_on("", queue.name)


async def test_a_channel_that_the_broker_closes_raises_for_all_who_wait(publish_on):
    done = await asyncio.gather(*(publish_on("no.exchange") for _ in range(3)), return_exceptions=True)

    assert [isinstance(error, BROKER_ERRORS) for error in done] == [True] * 3


async def test_a_channel_that_was_just_closed_raises(channel, publish_on):
    await channel.close()

    with pytest.raises(BROKER_ERRORS):
        await publish_on()


async def test_silence_raises_when_its_time_is_over(cable, publish_on):
    cable.squeeze()

    with pytest.raises(TimeoutError):
        await publish_on(seconds=0.1)


async def test_a_connection_that_is_cut_raises(cable, publish_on):
    cable.squeeze()
    publishing = asyncio.create_task(publish_on())
    # One turn of the loop, in which it is handed to the connection.
    await asyncio.sleep(0)

    await cable.cut()

    with pytest.raises(BROKER_ERRORS):
        await publishing


async def test_one_that_was_given_up_leaves_the_channel_to_the_others(broker, cable, publish_on):
    cable.squeeze()
    with pytest.raises(TimeoutError):
        await publish_on(seconds=0.1)
    cable.release()

    await publish_on()

    # The first one was under way and comes as well.
    await broker.until_waiting(REPORTS_QUEUE, 2)


@pytest.fixture
def hold_up_a_report(broker, cable, smtp_server, start_mailer, make_event):
    """Have a mail delivered while nothing gets through to the broker any more."""

    async def hold_up():
        smtp_server.handler.answering.clear()
        start_mailer(amqp_url=cable.url)
        await broker.publish(make_event())
        await until(lambda: smtp_server.handler.in_data == 1)
        cable.squeeze()
        smtp_server.handler.answering.set()

    return hold_up


async def test_a_late_confirm_is_waited_for_and_nothing_published_twice(
    broker, cable, hold_up_a_report, said, monkeypatch
):
    monkeypatch.setattr("mailer_service.consuming.outcomes.CONFIRM_SECONDS", 0.1)
    await hold_up_a_report()
    await until(lambda: "publish_unconfirmed" in said())

    cable.release()

    await until(lambda: "mail_delivered" in said())
    await broker.until_waiting(SEND_QUEUE, 0)
    assert await broker.waiting_in(REPORTS_QUEUE) == 1
    assert not {"settling_failed", "broker_lost"} & {*said()}


async def test_a_broker_that_is_gone_without_a_word_is_waited_for_no_longer_than_its_heartbeats(
    broker, cable, smtp_server, hold_up_a_report, said, monkeypatch
):
    monkeypatch.setattr("mailer_service.consuming.mail_consumer.HEARTBEAT_SECONDS", 1)
    await hold_up_a_report()

    await until(lambda: "broker_lost" in said(), seconds=30)

    cable.release()
    await broker.take_report()
    assert len(smtp_server.mails) == 1
