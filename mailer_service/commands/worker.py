"""`dnr-mailer worker`: deliver mails from the queue until stopped."""

import argparse
import asyncio
import signal

import uvloop

from mailer_service.config import MailerSettings
from mailer_service.wiring import build
from shared.operations_port import operated
from shared.settings import load
from shared.structured_logs import configure_logs


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
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with operated(settings, service="mailer") as readiness:
        await build(settings).run(stop, readiness)
