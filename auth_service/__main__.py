"""The commands of auth_service: `dnr-auth web | worker | migrate | reseal | gemeente | staff | demo`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvloop
from aiohttp import web

from auth_service import hash_memory
from auth_service.accounts.refusals import Unavailable
from auth_service.command_refused import CommandRefused
from auth_service.config import DatabaseSettings, ResealSettings, WebSettings, WorkerSettings
from auth_service.flows.demo import put_demo
from auth_service.gemeente_commands import add_gemeente_commands
from auth_service.password_hashing import PasswordHashing
from auth_service.reseal_report import SealsLeft, kept_lines, progress_line, verdict
from auth_service.staff_commands import add_staff_commands
from auth_service.storage.database import open_database
from auth_service.storage.migrations import MigrationsDiffer, check_migrated, migrate
from auth_service.web.connections import SiteRunner
from auth_service.web.last_requests import UNDER_WAY
from auth_service.wiring import resealing, run_worker, web_application
from shared.clock import utc_now
from shared.operations_port import operated
from shared.readiness import Readiness
from shared.settings import SettingsOf, SettingsWrong, load
from shared.structured_logs import configure_logs

CANNOT_START = 2
# As argparse has it.
WRONG_INPUT = 2
SEALS_LEFT = 1
# Requests that are running when we are asked to stop get this long to finish.
DRAIN_SECONDS = 15.0
# For an answer that is made and still to be sent.
LAST_WORDS_SECONDS = 2.0

Command = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger()


async def serve_web() -> None:
    hash_memory.keep()
    settings = start(WebSettings, "auth web")
    async with operated(settings, service="auth web") as readiness:
        await check_migrated(str(settings.database_url))
        async with web_application(settings, readiness) as app, listening(app, settings):
            asked = stop_asked()
            readiness.started()
            log.info("web_started", port=settings.http_port)
            await asked.wait()
            readiness.stop()
            log.info("web_stopping", delay=settings.stop_delay.total_seconds())
            # Requests still come until the gateway has noticed.
            await asyncio.sleep(settings.stop_delay.total_seconds())


@asynccontextmanager
async def listening(app: web.Application, settings: WebSettings) -> AsyncIterator[None]:
    """Answer requests until the block ends, and then those that are under way."""
    runner = SiteRunner(app, shutdown_timeout=LAST_WORDS_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, settings.http_host, settings.http_port)
    try:
        try:
            await site.start()
        except OSError as error:
            raise SettingsWrong(
                f"HTTP_HOST and HTTP_PORT can't be used: {error.strerror or error}."
            ) from None
        yield
        await site.stop()
        await app[UNDER_WAY].ended(within=DRAIN_SECONDS)
    finally:
        await runner.cleanup()


async def work() -> None:
    settings = start(WorkerSettings, "auth worker")
    async with operated(settings, service="auth worker") as readiness:
        await check_migrated(str(settings.database_url))
        asked = stop_asked()
        log.info("worker_started")
        await run_until(asked, run_worker(settings, readiness), readiness)
        log.info("worker_stopped")


async def migrate_database() -> None:
    settings = start(DatabaseSettings, "auth migrate")
    ran = await migrate(str(settings.database_url))
    log.info("migrated", applied=ran)


async def reseal() -> None:
    settings = start(ResealSettings, "auth reseal")
    await check_migrated(str(settings.database_url))
    async with resealing(settings) as work:
        outcomes = await work.run(lambda progress: say(progress_line(progress)))
    say(verdict(outcomes, codes_end_at=utc_now() + settings.code_lifetimes.longest))


async def count_seals() -> None:
    settings = start(ResealSettings, "auth reseal")
    await check_migrated(str(settings.database_url))
    async with resealing(settings) as work:
        for line in kept_lines(await work.look()):
            say(line)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    # Whoever watches it through a pipe sees it now.
    sys.stdout.flush()


async def fill_with_demo() -> None:
    settings = start(DatabaseSettings, "auth demo")
    database = await open_database(str(settings.database_url), most_connections=1)
    hashing = PasswordHashing(threads=1)
    try:
        demo = await put_demo(database, hashing, utc_now)
    finally:
        hashing.close()
        await database.close()
    sys.stdout.write(
        f"Demo gemeente: {demo.gemeente.name} ({demo.gemeente.email}, {demo.gemeente.phone})\n"
        f"Its woonplaatsen: {', '.join(demo.places)}; Alkmaar, Den Haag and others work too\n"
        f"Staff account: {demo.staff_email}, password {demo.password}\n"
        f"Beheerder of all gemeenten: {demo.platform_email}, the same password\n"
    )


def start(kind: type[SettingsOf], service: str) -> SettingsOf:
    settings = load(kind)
    configure_logs(settings.log_level, service=service)
    return settings


def stop_asked() -> asyncio.Event:
    """Set by SIGTERM or SIGINT, from now on; before that, they end the process where it is."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


async def run_until(asked: asyncio.Event, running: Coroutine[Any, Any, None], readiness: Readiness) -> None:
    """Run until it ends by itself, or cancel it when asked to stop."""
    task = asyncio.ensure_future(running)
    asking = asyncio.ensure_future(asked.wait())
    await asyncio.wait({task, asking}, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    if not task.done():
        readiness.stop()
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()


COMMANDS: dict[str, tuple[str, Command]] = {
    "web": ("serve the pages", serve_web),
    "worker": ("relay the outbox, answer mail requests, record delivery reports", work),
    "migrate": ("bring the database up to date", migrate_database),
    "reseal": ("seal again, by the first keys, what old keys sealed", reseal),
    "demo": ("add demo gemeenten and staff accounts, for development", fill_with_demo),
}


def without_options(run: Command) -> Callable[[argparse.Namespace], Coroutine[Any, Any, None]]:
    return lambda _: run()


def command_parser() -> argparse.ArgumentParser:
    """What it parses has the command as `run`, which takes what was parsed."""
    parser = argparse.ArgumentParser(prog="dnr-auth", description="Accounts of the Digitaal Nachregister.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (purpose, run) in COMMANDS.items():
        commands.add_parser(name, help=purpose, description=purpose).set_defaults(run=without_options(run))
    purpose = "take over gemeenten from CBS, and switch them on"
    add_gemeente_commands(commands.add_parser("gemeente", help=purpose, description=purpose))
    purpose = "invite the first staff, and tell who there is"
    add_staff_commands(commands.add_parser("staff", help=purpose, description=purpose))
    commands.choices["reseal"].add_argument(
        "--dry-run",
        dest="run",
        action="store_const",
        const=without_options(count_seals),
        help="only tell what is sealed by which key",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    options = command_parser().parse_args(arguments)
    try:
        uvloop.run(options.run(options))
    except SealsLeft as left:
        sys.stderr.write(f"{left}\n")
        return SEALS_LEFT
    except CommandRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return WRONG_INPUT
    except (SettingsWrong, MigrationsDiffer, Unavailable) as error:
        sys.stderr.write(f"dnr-auth can't start: {error}\n")
        return CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main())
