"""A message that the protocol library can't read ends up parked, and its neighbours are mailed."""

import aio_pika
import pytest
from aiormq.abc import ChannelFrame
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from shared.broker_topology import COMMANDS, SEND_QUEUE
from shared.mail_contract import MailDelivered

# No client writes the latter, so it takes the place of the former in the frame.
READABLE, NO_UTF8 = b"readable", b"\xffeadable"


@pytest.fixture
def publish_unreadable(broker, amqp_url):
    """Publish a message whose correlation id is no UTF-8, which RabbitMQ takes and hands out as it is."""
    properties = Basic.Properties(delivery_mode=2, correlation_id=READABLE.decode())

    async def publish():
        # No confirms: the library doesn't count what it didn't publish itself.
        async with (
            await aio_pika.connect(amqp_url) as connection,
            connection.channel(publisher_confirms=False) as opened,
        ):
            channel = await opened.get_underlay_channel()
            frames = [
                Basic.Publish(exchange=COMMANDS, routing_key="mail.password_changed.v1"),
                ContentHeader(body_size=2, properties=properties),
                ContentBody(b"hi"),
            ]
            payload = ChannelFrame.marshall(channel.number, frames).payload
            assert payload.count(READABLE) == 1
            changed = payload.replace(READABLE, NO_UTF8)
            await channel.write_queue.put(ChannelFrame(changed, should_close=False))
            # Answered once the publish was dealt with.
            await channel.queue_declare(SEND_QUEUE, passive=True)

    return publish


async def test_a_message_that_ends_the_connection_is_parked_and_its_neighbours_are_mailed(
    broker, start_mailer, smtp_server, make_event, publish_unreadable, monkeypatch
):
    monkeypatch.setattr("shared.broker.PAUSE_AFTER_UNREADABLE_SECONDS", 0)
    before, after = [make_event() for _ in range(3)], [make_event() for _ in range(6)]
    for event in before:
        await broker.publish(event)
    await publish_unreadable()
    for event in after:
        await broker.publish(event)

    start_mailer()

    reports = await reports_about({str(event.id) for event in (*before, *after)}, broker)
    assert {(type(report.data), report.data.attempt) for report in reports} == {(MailDelivered, 1)}
    await broker.until_waiting("mailer.parking.v1", 1)
    assert await broker.waiting_in(SEND_QUEUE) == 0
    assert len(smtp_server.mails) == len(before) + len(after)


async def reports_about(events, broker):
    """Until there is one about each: one that was not yet acknowledged when the connection ended has two."""
    reports = {}
    while events - {report.subject for report in reports.values()}:
        report = await broker.take_report(60)
        reports[report.id] = report
    return reports.values()
