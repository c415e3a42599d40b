"""`dnr-mailer worker`: deliver mails from the queue until stopped."""

import argparse
import asyncio
import signal

import uvloop

from mailer_service.config import MailerSettings
from mailer_service.wiring import CLOSE_SECONDS, DRAIN_SECONDS, build
from shared.operations_port import operated
from shared.settings import load
from shared.structured_logs import configure_logs

# Whoever stops us waits for 30 s; see the README.
LAST_RESORT_SECONDS = int(DRAIN_SECONDS + CLOSE_SECONDS) + 5


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_chosen: argparse.Namespace) -> int:
    settings = load(MailerSettings)
    configure_logs(settings.log_level, service="mailer")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_signalled(settings))
    return 0


async def until_signalled(settings: MailerSettings) -> None:
    stop = asyncio.Event()

    def end() -> None:
        stop.set()
        # Each step to the end has its limit; this is for one that was forgotten, and for libraries.
        signal.alarm(LAST_RESORT_SECONDS)

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, end)
    async with operated(settings, service="mailer") as readiness:
        await build(settings).run(stop, readiness)
