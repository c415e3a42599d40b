"""`dnr-auth gemeente import | list | set | move`: gemeenten, as an operator takes them over and sets them."""

import argparse
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from auth_service.accounts.cbs_table import TableWrong, read_names, read_table
from auth_service.accounts.gemeente_changes import TableRefused
from auth_service.accounts.gemeente_merger import MoveRefused
from auth_service.accounts.gemeente_search import GemeenteSearch, Standing
from auth_service.accounts.refusals import InputRefused, NoSuchGemeente
from auth_service.command_refused import CommandRefused
from auth_service.config import DatabaseSettings, GemeenteSettings
from auth_service.flows.gemeente_import import GemeenteImport
from auth_service.flows.gemeente_merger import GemeenteMerger, MoveOrder
from auth_service.flows.gemeente_operation import Choices, GemeenteOperation
from auth_service.gemeente_report import change_lines, list_lines, sentence_about
from auth_service.move_report import move_lines
from auth_service.storage.database import Database, open_database
from auth_service.storage.migrations import check_migrated
from shared.clock import utc_now
from shared.settings import SettingsOf, load
from shared.structured_logs import configure_logs

# CBS began its numbering of places with the BAG, in these years.
FIRST_YEAR = 2009
# For the staff of both, in whose trail it stands with the number of companies.
MOVED = "Bedrijven van {former} horen nu bij {heir}"
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def add_gemeente_commands(parser: argparse.ArgumentParser) -> None:
    """What it parses has the command as `run`, which takes what was parsed."""
    commands = parser.add_subparsers(dest="gemeente_command", required=True)
    add_import(commands.add_parser("import", help="take over the table of a year, as CBS has it"))
    listing = commands.add_parser("list", help="tell which gemeenten there are, and how they are set")
    listing.add_argument("text", nargs="?", default="", help="part of a name, or a code")
    listing.add_argument("--participating", action="store_true", help="only those that take part")
    listing.set_defaults(run=list_gemeenten)
    add_set(commands.add_parser("set", help="switch a gemeente on or off, and set how it is reached"))
    add_move(
        commands.add_parser("move", help="hand over the people of a gemeente that became part of another")
    )


def add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, help="'Woonplaatsen in Nederland', with codes or with labels")
    parser.add_argument("--names", type=Path, help="the list of names, for a table with codes")
    parser.add_argument("--year", type=int, help="of the table; without it, the year in its file name")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.set_defaults(run=import_table)


def add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="its CBS code, such as GM0361")
    parser.add_argument("--email", dest="contact_email", help="whom its people ask; mails are answered there")
    parser.add_argument("--phone", dest="contact_phone", help="whom its people call; empty for none")
    parser.add_argument("--host", help="host name of its own pages")
    parser.add_argument("--no-host", dest="host", action="store_const", const="")
    for name, attribute, purpose in (
        ("participating", "participating", "whether it takes part"),
        ("totp-required", "requires_totp", "whether its entrepreneurs must have 2FA"),
        ("approval", "requires_approval", "whether its staff approve each registration"),
    ):
        off = "--not-participating" if name == "participating" else f"--no-{name}"
        parser.add_argument(f"--{name}", dest=attribute, action="store_true", default=None, help=purpose)
        parser.add_argument(off, dest=attribute, action="store_false", default=None)
    parser.set_defaults(run=set_gemeente)


def add_move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("former", metavar="OLD", help="its CBS code, such as GM0501")
    parser.add_argument("heir", metavar="NEW", help="the code of the one that its places lie in now")
    parser.add_argument("--staff", action="store_true", help="also those who work for it")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would move")
    parser.set_defaults(run=move_people)


async def import_table(options: argparse.Namespace) -> None:
    settings = started(DatabaseSettings)
    year = options.year or year_in(options.table.name)
    if not FIRST_YEAR <= year <= utc_now().year + 1:
        raise CommandRefused(f"There is no table of {year}.")
    try:
        names = read_names(contents(options.names)) if options.names else None
        table = read_table(contents(options.table), names)
        async with opened(settings) as database:
            importing = GemeenteImport(database, utc_now)
            changes = await (importing.try_out if options.dry_run else importing.run)(table, year)
    except (TableWrong, TableRefused) as error:
        raise CommandRefused(f"{error} Nothing is changed.") from None
    say(f"Table of {year}: {len(table.gemeenten)} gemeenten, {len(table.places)} places")
    for line in change_lines(changes):
        say(line)
    if options.dry_run:
        say("This was a dry run: nothing is changed.")


async def list_gemeenten(options: argparse.Namespace) -> None:
    settings = started(DatabaseSettings)
    standing = Standing.PARTICIPATING if options.participating else None
    async with opened(settings) as database:
        found = await GemeenteOperation(database, utc_now).search(GemeenteSearch(options.text, standing))
    for line in list_lines(found):
        say(line)


async def set_gemeente(options: argparse.Namespace) -> None:
    settings = started(GemeenteSettings)
    choices = Choices(**{name: getattr(options, name) for name in vars(Choices())})
    if choices == Choices():
        raise CommandRefused("Give what to set, such as --email or --participating; --help tells all.")
    own_host = urlsplit(str(settings.public_url)).hostname or ""
    try:
        async with opened(settings) as database:
            operation = GemeenteOperation(database, utc_now)
            gemeente, is_changed = await operation.change(options.code, choices, own_host=own_host)
    except NoSuchGemeente:
        raise CommandRefused(f"There is no gemeente {options.code}. Nothing is changed.") from None
    except InputRefused as refusal:
        raise CommandRefused(f"{sentence_about(refusal)} Nothing is changed.") from None
    say("Changed:" if is_changed else "Nothing changed, it was so already:")
    for line in list_lines([gemeente]):
        say(line)


async def move_people(options: argparse.Namespace) -> None:
    settings = started(DatabaseSettings)
    reason = MOVED.format(former=options.former, heir=options.heir)
    order = MoveOrder(options.former, options.heir, reason, with_staff=options.staff)
    try:
        async with opened(settings) as database:
            merger = GemeenteMerger(database, utc_now)
            done = await (merger.try_out if options.dry_run else merger.run)(order)
    except MoveRefused as error:
        raise CommandRefused(f"{error} Nothing is changed.") from None
    for line in move_lines(done):
        say(line)
    if options.dry_run:
        say("This was a dry run: nothing is changed.")


def started(kind: type[SettingsOf]) -> SettingsOf:
    settings = load(kind)
    configure_logs(settings.log_level, service="auth gemeente")
    return settings


@asynccontextmanager
async def opened(settings: DatabaseSettings) -> AsyncIterator[Database]:
    await check_migrated(str(settings.database_url))
    database = await open_database(str(settings.database_url), most_connections=1)
    try:
        yield database
    finally:
        await database.close()


def contents(path: Path) -> bytes:
    """Raises CommandRefused."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandRefused(f"{path} can't be read: {error.strerror or error}.") from None


def year_in(file_name: str) -> int:
    """Raises CommandRefused where its name tells no year, or several."""
    years = set(YEAR.findall(file_name))
    if len(years) != 1:
        raise CommandRefused("Give the year of the table with --year: its file name doesn't tell it.")
    return int(years.pop())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
