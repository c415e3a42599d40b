"""`dnr-mailer parked list | show | replay | drop`: what no retry could mend."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mailer_service.commands.parked_report import as_json, in_full, kind_of, row, summary
from mailer_service.config import BrokerSettings
from mailer_service.consuming.lenient_properties import lenient_properties
from mailer_service.consuming.parked_mail import ParkedMail
from mailer_service.consuming.parked_queue import MOST_LOOKED_AT, InTheWay, ParkedQueue
from shared.broker import BROKER_ERRORS, open_connection, publishing_channel
from shared.broker_topology import PARKING_QUEUE
from shared.clock import utc_now
from shared.settings import load
from shared.structured_logs import configure_logs

NOT_DONE = 1
LISTED = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    listing = acts.add_parser("list", help="the oldest first, with masked addresses")
    add_filters(listing)
    listing.add_argument("--limit", type=row_count, default=LISTED, help="show so many (%(default)s)")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(do=list_mails)
    showing = acts.add_parser("show", help="all there is to know of one, but for its code")
    showing.add_argument("id")
    showing.set_defaults(do=show_mail)
    replaying = acts.add_parser("replay", help="send again; what has expired is left where it is")
    dropping = acts.add_parser("drop", help="throw away for good")
    for acting, do in ((replaying, replay_mails), (dropping, drop_mails)):
        # Either or, so that a filter that was forgotten doesn't throw away everything.
        which = acting.add_mutually_exclusive_group(required=True)
        which.add_argument("id", nargs="*", default=[], help="which ones")
        which.add_argument("--all", action="store_true", help="all that the filters leave")
        add_filters(acting)
        acting.add_argument("--by", default=operator(), help="who does it, for the audit line (%(default)s)")
        acting.set_defaults(do=do)


def add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", help="of mail, such as password_changed")
    parser.add_argument("--reason", help="text that the reason holds, such as 550 or seal_unreadable")
    parser.add_argument("--domain", help="of the recipient, such as example.nl")


def row_count(text: str) -> int:
    if (given := int(text)) < 0:
        raise ValueError
    return given


def operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user has no name.
        return "unknown"


def run(chosen: argparse.Namespace) -> int:
    settings = load(BrokerSettings)
    # Whatever LOG_LEVEL says: at WARNING there would be no audit line.
    configure_logs("INFO", service="mailer-parked")
    try:
        return asyncio.run(on_queue(str(settings.amqp_url), chosen))
    except InTheWay as unreadable:
        sys.stderr.write(
            f"Behind {unreadable.seen} that could be read, {PARKING_QUEUE} holds a message that can't be,"
            " nor what comes after it: take it out with RabbitMQ's own tools, or purge the queue.\n"
        )
        return NOT_DONE
    except BrokenPipeError:
        # Of our output, not of the broker's connection, whose library has its own error for that.
        raise
    except BROKER_ERRORS as error:
        sys.stderr.write(f"The broker refuses, or can't be reached: {str(error) or type(error).__name__}\n")
        return NOT_DONE


async def on_queue(amqp_url: str, chosen: argparse.Namespace) -> int:
    act: Callable[[ParkedQueue, argparse.Namespace], Awaitable[int]] = chosen.do
    async with parked_queue(amqp_url, getattr(chosen, "by", "")) as queue:
        return await act(queue, chosen)


@asynccontextmanager
async def parked_queue(amqp_url: str, by: str) -> AsyncIterator[ParkedQueue]:
    """Whatever was looked at, and is still there, is back in the queue when the block ends."""
    with lenient_properties():
        async with await open_connection(amqp_url, "mailer parked") as connection:
            yield ParkedQueue(await publishing_channel(connection), utc_now, operator=by)


async def list_mails(queue: ParkedQueue, chosen: argparse.Namespace) -> int:
    count = 0
    async for mail in fitting(queue, chosen):
        count += 1
        if count <= chosen.limit:
            say(as_json(mail) if chosen.json else row(mail, is_first=count == 1))
    if not chosen.json:
        say(summary(count, chosen.limit))
    return 0


async def show_mail(queue: ParkedQueue, chosen: argparse.Namespace) -> int:
    async for mail in queue.mails():
        if mail.id == chosen.id:
            say(in_full(mail))
            return 0
    return not_found({chosen.id})


async def replay_mails(queue: ParkedQueue, chosen: argparse.Namespace) -> int:
    def hindrance(mail: ParkedMail) -> str | None:
        return mail.hindrance(utc_now())

    return await do_to_each(queue, chosen, Act("sent again", queue.replay, hindrance))


async def drop_mails(queue: ParkedQueue, chosen: argparse.Namespace) -> int:
    return await do_to_each(queue, chosen, Act("thrown away", queue.drop, lambda _: None))


@dataclass(frozen=True)
class Act:
    done: str
    do: Callable[[ParkedMail], Awaitable[None]]
    hindrance: Callable[[ParkedMail], str | None]


async def do_to_each(queue: ParkedQueue, chosen: argparse.Namespace, act: Act) -> int:
    """The exit status is 1 where one that was named isn't there, or can't be."""
    wanted, hindered = set(chosen.id), 0
    async for mail in fitting(queue, chosen):
        if not chosen.all and mail.id not in chosen.id:
            continue
        wanted.discard(mail.id)
        if reason := act.hindrance(mail):
            hindered += 1
            say(f"{mail.id} is left: {reason}.")
            continue
        await act.do(mail)
        say(f"{mail.id} ({mail.type}) is {act.done}.")
        if not chosen.all and not wanted:
            break
    return not_found(wanted) if wanted else NOT_DONE if hindered else 0


async def fitting(queue: ParkedQueue, chosen: argparse.Namespace) -> AsyncIterator[ParkedMail]:
    async for mail in queue.mails():
        if (
            (not chosen.kind or chosen.kind in (mail.type, kind_of(mail)))
            and (not chosen.reason or chosen.reason in mail.reason)
            and (not chosen.domain or chosen.domain.lower() == mail.domain)
        ):
            yield mail


def not_found(ids: set[str]) -> int:
    sys.stderr.write(
        f"Not in the parking queue, or not among its oldest {MOST_LOOKED_AT}: {', '.join(ids)}\n"
    )
    return NOT_DONE


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
