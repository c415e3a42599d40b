"""The commands of the mailer: `dnr-mailer worker`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import uvloop

from mailer_service.config import MailerSettings
from mailer_service.wiring import build
from shared.operations_port import operated
from shared.settings import SettingsWrong, load
from shared.structured_logs import configure_logs

SETTINGS_WRONG = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 2 where the arguments or the settings are wrong."""
    parser = argparse.ArgumentParser(prog="dnr-mailer", description="Delivers the mails of the login.")
    commands = parser.add_subparsers(required=True)
    worker = commands.add_parser("worker", help="deliver mails from the queue until stopped")
    worker.set_defaults(run=run_worker)
    try:
        parser.parse_args(arguments).run()
    except SettingsWrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return SETTINGS_WRONG
    return 0


def run_worker() -> None:
    settings = load(MailerSettings)
    configure_logs(settings.log_level, service="mailer")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_signalled(settings))


async def until_signalled(settings: MailerSettings) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    async with operated(settings, service="mailer") as readiness:
        await build(settings).run(stop, readiness)


if __name__ == "__main__":
    sys.exit(main())
