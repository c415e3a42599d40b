"""`dnr-mailer bounces`: read what came back, from a relay's pipe or a Maildir, and report it."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.bounces.bounce_intake import BounceIntake
from mailer_service.bounces.bounce_reading import BounceReading
from mailer_service.bounces.incoming_mail import read_whole
from mailer_service.bounces.maildir import Maildir
from mailer_service.config import BounceDomain, BounceKey, bounce_keys
from shared.broker import BROKER_ERRORS
from shared.clock import utc_now
from shared.settings import AmqpUrl, ServiceSettings, SettingsWrong, load
from shared.structured_logs import configure_logs

log = structlog.get_logger()


class BounceSettings(ServiceSettings):
    amqp_url: AmqpUrl
    mail_bounce_domain: BounceDomain
    mail_bounce_key: BounceKey


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Reads one mail from standard input, or all of a Maildir, and reports bounces."
    parser.add_argument(
        "--recipient",
        # Where Postfix and Exim tell it.
        default=os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT") or "",
        metavar="ADDRESS",
        help="whom the mail came to (default: $ORIGINAL_RECIPIENT, $RECIPIENT, or what its headers say)",
    )
    parser.add_argument("--maildir", type=Path, metavar="PATH", help="read this Maildir instead")
    parser.add_argument(
        "--follow",
        type=seconds,
        metavar="SECONDS",
        help="look again after every pause, until stopped",
    )


def seconds(text: str) -> float:
    if not 0 < (given := float(text)) <= 86_400:
        raise ValueError
    return given


def run(chosen: argparse.Namespace) -> int:
    if chosen.maildir is None:
        if chosen.follow is not None:
            raise SettingsWrong("--follow needs --maildir.")
        return from_pipe(chosen.recipient)
    maildir = Maildir(chosen.maildir)
    return asyncio.run(from_maildir(intake_of(load(BounceSettings)), maildir, chosen.follow))


def from_pipe(recipient: str) -> int:
    """0, or EX_TEMPFAIL of sysexits.h: after any other status the relay would throw the mail away.

    Also where it is no bounce: to send it back would only make another one.
    """
    raw = read_whole(sys.stdin.buffer)
    try:
        asyncio.run(intake_of(load(BounceSettings)).take(raw, recipient))
    except SettingsWrong as wrong:
        sys.stderr.write(f"{wrong}\n")
    except BROKER_ERRORS as error:
        log.warning("bounce_postponed", reason=str(error) or type(error).__name__)
    except Exception:
        # The edge of the process: the relay keeps the mail until the bug is mended.
        log.exception("bounce_tripped_a_bug")
    else:
        return os.EX_OK
    return os.EX_TEMPFAIL


async def from_maildir(intake: BounceIntake, maildir: Maildir, pause: float | None) -> int:
    """One round, or one after every `pause` seconds until SIGTERM or SIGINT."""
    running = asyncio.current_task()
    assert running is not None  # noqa: S101 - a coroutine that runs has a task.
    # Wherever it stops, the mail at hand is still in the Maildir, or its report is safe.
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, running.cancel)
    with suppress(asyncio.CancelledError):
        while True:
            status = await one_round(intake, maildir)
            if pause is None:
                return status
            await asyncio.sleep(pause)
    return os.EX_OK


async def one_round(intake: BounceIntake, maildir: Maildir) -> int:
    try:
        await intake.take_all(maildir)
    except BROKER_ERRORS as error:
        log.warning("bounces_postponed", reason=str(error) or type(error).__name__)
        return os.EX_TEMPFAIL
    return os.EX_OK


def intake_of(settings: BounceSettings) -> BounceIntake:
    configure_logs(settings.log_level, service="mailer-bounces")
    addresses = BounceAddresses(settings.mail_bounce_domain, *bounce_keys(settings.mail_bounce_key))
    return BounceIntake(BounceReading(addresses), str(settings.amqp_url), utc_now)
