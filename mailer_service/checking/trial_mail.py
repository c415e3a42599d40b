"""A real mail by the real way: queue, mailer, relay; and what the mailer reports of it."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from aio_pika.abc import AbstractConnection, AbstractQueue
from aiormq.exceptions import ChannelAccessRefused

from mailer_service.checking.findings import Finding, ok, unknown, warning, wrong
from shared.address_masking import masked_addresses
from shared.broker import BROKER_ERRORS, BrokerLost, open_connection, publish_event, publishing_channel
from shared.broker_topology import COMMANDS, EVENTS
from shared.clock import Clock
from shared.mail_contract import (
    Envelope,
    MailDeferred,
    MailDelivered,
    MailExpired,
    Report,
    Undecodable,
    decode,
    fact_event,
)
from shared.mail_facts import DeliveryTested, GemeenteContact

LIFETIME = timedelta(hours=1)
# Under whose name every mail goes out; the words of this one say that it is made up.
EXAMPLE_GEMEENTE = "Voorbeeld"


def trial_event(to: str, contact: str, clock: Clock) -> Envelope:
    now = clock()
    fact = DeliveryTested(
        to=to,
        gemeente=GemeenteContact(name=EXAMPLE_GEMEENTE, email=contact),
        occurred_at=now,
        expires_at=now + LIFETIME,
    )
    return fact_event(uuid4(), fact).model_copy(update={"source": "/mailer_service"})


async def trial_finding(amqp_url: str, event: Envelope, *, wait_seconds: float) -> Finding:
    """What became of `event` within `wait_seconds`."""
    try:
        async with await open_connection(amqp_url, "mailer check") as connection:
            return await trial(connection, event, wait_seconds)
    except BROKER_ERRORS as error:
        return wrong(
            f"Test mail: the broker did not take it: {str(error) or type(error).__name__}.",
            "See that AMQP_URL is right, the broker runs, and its exchanges and queues are there.",
        )


async def trial(connection: AbstractConnection, event: Envelope, wait_seconds: float) -> Finding:
    # Before the mail: its report may come at once.
    reports = await reports_queue(connection)
    channel = await publishing_channel(connection)
    await publish_event(await channel.get_exchange(COMMANDS, ensure=False), event, key=event.type)
    if reports is None:
        return warning(
            f"Test mail: {event.id} is in the queue; the broker lets us make no queue to hear more.",
            "Look for that id in the logs of the mailer, and for the mail in the mailbox.",
        )
    try:
        async with asyncio.timeout(wait_seconds):
            return finding_about(await report_about(event.id, reports))
    except TimeoutError:
        return unknown(
            f"Test mail: {event.id} is in the queue, but {wait_seconds:g} seconds brought no report.",
            "See that a mailer (`dnr-mailer worker`) runs on this broker, and what it logs.",
        )


async def reports_queue(connection: AbstractConnection) -> AbstractQueue | None:
    """A queue of our own with all reports from now on; None where the broker's user may not make one."""
    channel = connection.channel()
    await channel.initialize()
    try:
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(EVENTS, "mail.*.v1")
    except ChannelAccessRefused:
        return None
    return queue


async def report_about(event_id: UUID, reports: AbstractQueue) -> Report:
    async with reports.iterator(no_ack=True) as messages:
        async for message in messages:
            report = read_report(message.body, event_id)
            if report is not None:
                return report
    raise BrokerLost("the queue for the reports is gone")


def read_report(body: bytes, event_id: UUID) -> Report | None:
    """The report in `body`; None where it is about another mail."""
    try:
        event = decode(body)
    except Undecodable:
        return None
    return event.data if isinstance(event.data, Report) and event.subject == str(event_id) else None


def finding_about(report: Report) -> Finding:
    reply = masked_addresses(report.reply or "no reason given").rstrip(".")
    match report:
        case MailDelivered():
            return ok(f"Test mail: the relay took it: {reply}.")
        case MailDeferred(next_try_at=again):
            return wrong(
                f"Test mail: the relay put it off: {reply}; the mailer tries again at {again:%H:%M:%S} UTC.",
                "Wait for it, and see why the relay can't take it now.",
            )
        case MailExpired():
            return wrong("Test mail: it lay in the queue until it expired.", "Start more mailers.")
    return wrong(
        f"Test mail: it was refused: {reply}.",
        "See whether the address is right, and what the reply blames; the message is parked.",
    )
