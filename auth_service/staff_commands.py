"""`dnr-auth staff invite | list`: the first staff, before there is anybody who could invite them."""

import argparse
import sys

from auth_service.accounts.account import Role
from auth_service.accounts.people import Person
from auth_service.accounts.refusals import InputRefused, NoSuchGemeente, Problem
from auth_service.command_refused import CommandRefused
from auth_service.config import CodeSettings, DatabaseSettings
from auth_service.storage.migrations import check_migrated
from auth_service.wiring import inviting_staff, listing_people
from shared.clock import utc_now
from shared.settings import SettingsOf, load
from shared.structured_logs import configure_logs

INVITED = (
    "{address} gets a mail with a code, as soon as a worker and a mailer run. It works until {until} UTC.\n"
    "Whoever reads it follows the link, chooses a password, logs in and sets up two-factor authentication.\n"
    "Run this again to send a further mail.\n"
)
NO_CONTACT = "Gemeente {gemeente} has no mail address yet, which the mail must name as its contact."
DISSOLVED = "Gemeente {gemeente} is dissolved, and gets no staff any more."
NO_ADDRESS = "{address} is no mail address."


def add_staff_commands(parser: argparse.ArgumentParser) -> None:
    """What it parses has the command as `run`, which takes what was parsed."""
    commands = parser.add_subparsers(dest="staff_command", required=True)
    invite = commands.add_parser("invite", help="invite somebody by mail, such as the very first beheerder")
    invite.add_argument("address", help="his mail address")
    invite.add_argument(
        "--gemeente",
        required=True,
        help="CBS code, such as GM0361; of a beheerder: whom his mails name as contact",
    )
    invite.add_argument("--beheerder", action="store_true", help="of the platform, instead of that gemeente")
    invite.set_defaults(run=invite_staff)
    commands.add_parser("list", help="tell who is staff, and where").set_defaults(run=list_staff)


async def invite_staff(options: argparse.Namespace) -> None:
    settings = started(CodeSettings)
    await check_migrated(str(settings.database_url))
    role = Role.BEHEERDER if options.beheerder else Role.GEMEENTEMEDEWERKER
    code = options.gemeente.upper()
    names = {"address": options.address, "gemeente": code}
    async with inviting_staff(settings) as invitations:
        try:
            email = await invitations.invite_by_command(options.address, code, role)
        except NoSuchGemeente:
            raise CommandRefused(f"There is no gemeente {code}.") from None
        except InputRefused as refusal:
            (violation,) = refusal.violations
            raise CommandRefused(sentence_about(violation.problem).format(**names)) from None
    until = utc_now() + settings.invitation_lifetime
    sys.stdout.write(INVITED.format(address=email.text, until=f"{until:%Y-%m-%d %H:%M}"))


def sentence_about(problem: Problem) -> str:
    return {Problem.NO_CONTACT: NO_CONTACT, Problem.DISSOLVED: DISSOLVED}.get(problem, NO_ADDRESS)


async def list_staff(_: argparse.Namespace) -> None:
    settings = started(DatabaseSettings)
    await check_migrated(str(settings.database_url))
    async with listing_people(settings) as rosters:
        for person in await rosters.all_staff():
            sys.stdout.write(f"{line_about(person)}\n")


def line_about(person: Person) -> str:
    seen = f"{person.last_login_at:%Y-%m-%d}" if person.last_login_at else "never"
    second_factor = "2FA" if person.enrolled_at else "no 2FA"
    cells = (
        person.email,
        person.role,
        person.gemeente_code,
        person.state,
        second_factor,
        f"last login {seen}",
    )
    return "\t".join(cells)


def started(kind: type[SettingsOf]) -> SettingsOf:
    settings = load(kind)
    configure_logs(settings.log_level, service="auth staff")
    return settings
