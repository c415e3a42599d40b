"""The outbox on its way to a real broker, and the mailer's reports on their way back."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import aio_pika
import pytest
from aio_pika.exceptions import DeliveryError

from auth_service.config import WorkerSettings
from auth_service.flows.fact_writer import NOTICE_LIFETIME
from auth_service.wiring import run_worker
from shared.broker import publish_event
from shared.broker_topology import COMMANDS, EVENTS, PARKING_QUEUE, REPORTS_QUEUE, SEND_QUEUE, declare
from shared.mail_contract import MailDeferred, MailDelivered, decode, report_event
from shared.readiness import Readiness
from shared.settings import SettingsWrong
from tests.cable import Cable
from tests.integration.auth.at_the_broker import became_true, next_message, nothing_unrecorded
from tests.integration.auth.scene import MESSAGE_KEY, anyone, registration_form


async def test_a_registration_arrives_in_the_queue_and_leaves_the_outbox(
    services, channel, amqp_url, running_worker, sql
):
    async with running_worker(amqp_url):
        await services.registration.register(registration_form(), anyone())
        message = await next_message(channel, SEND_QUEUE)
        await became_true(lambda: is_empty(sql, "outbox"))

    event = decode(message.body)
    published_at = await sql.fetchval("SELECT published_at FROM mail_trail WHERE event_id = $1", event.id)
    assert published_at is not None
    assert event.type == message.type == message.routing_key == "mail.activation_code_issued.v1"
    assert str(event.id) == message.message_id
    assert message.app_id == "auth_service"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert event.data.to == "jan@dezon.example"


async def is_empty(sql, table):
    return await sql.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - names of this file.


async def test_a_reset_request_is_looked_up_and_answered_by_the_worker(
    services, make_account, channel, amqp_url, running_worker
):
    await make_account()

    async with running_worker(amqp_url):
        await services.mail_requests.ask_password_reset("niemand@dezon.example", anyone())
        await services.mail_requests.ask_password_reset("jan@dezon.example", anyone())
        message = await next_message(channel, SEND_QUEUE)

    assert decode(message.body).type == "mail.password_reset_code_issued.v1"


async def test_a_row_that_cannot_be_published_waits_alone(
    services, channel, amqp_url, running_worker, sql, clock
):
    await services.registration.register(registration_form(), anyone())
    unroutable = uuid4()
    event = json.loads(await sql.fetchval("SELECT event::text FROM outbox"))
    event |= {"id": str(unroutable), "type": "mail.unheard_of.v9"}
    await sql.execute(
        "INSERT INTO outbox VALUES ($1, $2, $3, $3)",
        unroutable,
        json.dumps(event),
        clock() - timedelta(minutes=1),
    )

    async with running_worker(amqp_url):
        await next_message(channel, SEND_QUEUE)
        await became_true(lambda: has_waited(sql, unroutable))

    assert await sql.fetchval("SELECT count(*) FROM outbox") == 1


async def test_a_message_that_no_queue_takes_comes_back_to_the_publisher(channel, clock):
    event = report_event(uuid4(), MailDelivered(at=clock(), attempt=1), about=uuid4())

    with pytest.raises(DeliveryError):
        await publish_event(await channel.get_exchange(COMMANDS), event, key="mail.delivered.v9")


async def has_waited(sql, event_id):
    return await sql.fetchval("SELECT attempts > 0 FROM outbox WHERE event_id = $1", event_id)


async def test_with_the_broker_away_everything_goes_on_and_the_mail_goes_out_later(
    services, channel, amqp_url, running_worker, sql, make_account
):
    await make_account(email="piet@dezon.example")
    cable = Cable(amqp_url)
    await cable.mend()
    async with running_worker(cable.url):
        await cable.cut()
        await services.registration.register(registration_form(), anyone())
        password = registration_form().password
        assert await services.login.log_in("piet@dezon.example", password, visitor=anyone())
        assert not await is_empty(sql, "outbox")

        await cable.mend()
        messages = [await next_message(channel, SEND_QUEUE) for _ in range(2)]
        await became_true(lambda: is_empty(sql, "outbox"))

    # The registration of one, and that the other logged in on a new device.
    told = {decode(message.body).data.to for message in messages}
    assert told == {"jan@dezon.example", "piet@dezon.example"}
    await cable.cut()


async def test_two_workers_publish_every_event_once(services, channel, amqp_url, running_worker, sql):
    async with running_worker(amqp_url), running_worker(amqp_url):
        for number in range(30):
            form = registration_form(email=f"jan{number}@dezon.example")
            await services.registration.register(form, anyone())
        await became_true(lambda: is_empty(sql, "outbox"))

    queue = await channel.get_queue(SEND_QUEUE)
    ids = [(await queue.get()).message_id for _ in range(queue.declaration_result.message_count)]
    assert len(ids) == len(set(ids)) == 30


async def test_reports_reach_the_mail_trail_doubled_and_out_of_order(
    services, channel, amqp_url, running_worker, sql, clock
):
    await services.registration.register(registration_form(), anyone())
    about: UUID = await sql.fetchval("SELECT event_id FROM outbox")
    delivered = MailDelivered(at=clock(), attempt=2, reply="250 2.0.0 Ok")
    deferred = MailDeferred(
        at=clock(), attempt=1, reply="451 4.7.1 Later", next_try_at=clock() + NOTICE_LIFETIME
    )
    exchange = await channel.get_exchange(EVENTS)

    async with running_worker(amqp_url):
        for report in (delivered, deferred, delivered):
            event = report_event(uuid4(), report, about=about)
            await publish_event(exchange, event, key=event.type)
        stranger = report_event(uuid4(), delivered, about=uuid4())
        await publish_event(exchange, stranger, key=stranger.type)
        await became_true(lambda: is_delivered(sql, about))
        await became_true(lambda: nothing_unrecorded(channel))

    row = await sql.fetchrow("SELECT state, attempts, reply FROM mail_trail WHERE event_id = $1", about)
    assert tuple(row) == ("delivered", 2, "250 2.0.0 Ok")


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"type": "mail.delivered.v1", "data": {}}'])
async def test_an_undecodable_report_is_parked_and_the_next_one_counts(
    services, channel, amqp_url, running_worker, sql, clock, body
):
    await services.registration.register(registration_form(), anyone())
    about = await sql.fetchval("SELECT event_id FROM outbox")
    exchange = await channel.get_exchange(EVENTS)

    async with running_worker(amqp_url):
        await exchange.publish(aio_pika.Message(body), "mail.delivered.v1")
        good = report_event(uuid4(), MailDelivered(at=clock(), attempt=1), about=about)
        await publish_event(exchange, good, key=good.type)
        parked = await next_message(channel, PARKING_QUEUE)
        await became_true(lambda: is_delivered(sql, about))

    assert parked.body == body


async def is_delivered(sql, about):
    return await sql.fetchval("SELECT state = 'delivered' FROM mail_trail WHERE event_id = $1", about)


async def test_a_worker_whose_database_goes_away_carries_on_when_it_is_back(
    services, channel, amqp_url, cable, clock
):
    settings = WorkerSettings(
        database_url=cable.url, amqp_url=amqp_url, message_sealing_keys=MESSAGE_KEY, broker_topology="declare"
    )
    worker = asyncio.ensure_future(run_worker(settings, Readiness(), clock))
    try:
        await services.registration.register(registration_form(), anyone())
        await next_message(channel, SEND_QUEUE)

        await cable.cut()
        await services.registration.register(registration_form(email="piet@dezon.example"), anyone())
        await cable.mend()

        # The first may come once more: its row was not forgotten when the cable was cut.
        while decode((await next_message(channel, SEND_QUEUE)).body).data.to != "piet@dezon.example":
            pass
    finally:
        worker.cancel()
        await asyncio.wait({worker})


@pytest.mark.parametrize("topology", ["check", "declare"])
async def test_a_broker_with_other_queues_stops_the_worker(topology, channel, amqp_url, database_url, clock):
    await channel.queue_delete(REPORTS_QUEUE)
    await channel.declare_queue(REPORTS_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    settings = WorkerSettings(
        database_url=database_url,
        amqp_url=amqp_url,
        message_sealing_keys=MESSAGE_KEY,
        broker_topology=topology,
    )

    with pytest.raises(SettingsWrong, match=r"'x-dead-letter-exchange' for queue 'auth\.mail-events\.v1'"):
        await run_worker(settings, Readiness(), clock)

    await channel.queue_delete(REPORTS_QUEUE)
    await declare(channel)
