"""What an operator does about parked messages that the protocol library can't read."""

import json

import pytest
from aio_pika.exceptions import InvalidFrameError

from mailer_service.commands.parked import parked_queue
from shared.broker_topology import PARKING, PARKING_QUEUE, SEND_QUEUE
from shared.mail_contract import MailDelivered, encode
from tests.integration.mailer.broken_message import BROKEN_KEY, READABLE, publish_broken


@pytest.fixture
def park_broken(broker, amqp_url):
    """Park a message whose correlation id, or whatever is given as READABLE, is no UTF-8."""

    async def publish(body=b"geen JSON", **properties):
        properties.setdefault("correlation_id", READABLE.decode())
        await publish_broken(amqp_url, PARKING, body=body, **properties)

    return publish


async def test_it_is_listed_between_the_others(park, park_broken, parked, make_event):
    before, after = make_event(), make_event()
    await park(before)
    await park_broken(headers={"mailer-reason": "rejected"}, message_id="never read")
    await park(after)

    status, said = await parked("list", "--json")

    first, broken, last = map(json.loads, said.out.splitlines())
    assert status == 0
    assert (first["id"], last["id"]) == (str(before.id), str(after.id))
    assert broken["id"].startswith("sha256-")
    assert broken["reason"].startswith("rejected; a property can't be read: ")


async def test_it_can_be_thrown_away(broker, park, park_broken, parked, make_event):
    kept = make_event()
    await park_broken()
    await park(kept)
    _, listed = await parked("list", "--json", "--reason", "can't be read")

    status, _ = await parked("drop", json.loads(listed.out)["id"])

    assert status == 0
    await broker.until_waiting(PARKING_QUEUE, 1)
    assert (await broker.take_parked()).message_id == str(kept.id)


async def test_a_sound_event_in_it_is_mailed_once_it_is_replayed(
    broker, park_broken, parked, start_mailer, make_event
):
    event = make_event()
    await park_broken(encode(event))

    status, _ = await parked("replay", str(event.id))

    assert status == 0
    await broker.until_waiting(PARKING_QUEUE, 0)
    start_mailer()
    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event.id), MailDelivered)


async def test_what_is_replayed_says_no_longer_what_was_wrong(broker, park_broken, parked, make_event):
    event = make_event()
    await park_broken(encode(event))

    await parked("replay", "--all")

    headers = (await broker.take(SEND_QUEUE)).headers
    ours = {name for name in headers if name.startswith("mailer-")}
    assert ours == {"mailer-attempt", "mailer-replayed"}


async def test_a_key_that_cannot_be_read_ends_the_list_in_one_sentence(
    broker, amqp_url, park, parked, make_event
):
    event = make_event()
    await park(event)
    await publish_broken(amqp_url, PARKING, key=BROKEN_KEY)

    status, said = await parked("list")

    assert status == 1
    assert str(event.id) in said.out
    assert said.err.startswith("Behind 1 that could be read, mailer.parking.v1 holds a message that can't be")
    await broker.until_waiting(PARKING_QUEUE, 2)


async def test_other_connections_are_as_strict_as_ever(broker, amqp_url, park_broken):
    await park_broken()
    async with parked_queue(amqp_url, "anna"):
        pass

    with pytest.raises(InvalidFrameError, match="utf-8"):
        await broker.take_parked()
