"""What somebody looks for in the audit trail, as it stands behind the address."""

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.trail import ActGroup, TrailFilter

FIRST_DAY, LAST_DAY, GROUP, EMAIL, OLDER_THAN = "vanaf", "tot", "soort", "email", "ouder"
FILTERS = (FIRST_DAY, LAST_DAY, GROUP, EMAIL)
# As a browser sends a date, or as people write it where it doesn't know such a field.
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
DUTCH_DATE = re.compile(r"(?P<day>\d\d?)-(?P<month>\d\d?)-(?P<year>\d{4})", re.ASCII)
WRONG_DATE = "Vul een datum in, bijvoorbeeld 23-11-2026."
WRONG_EMAIL = "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."
WRONG_GROUP = "Kies een soort uit de lijst."
WRONG_ORDER = "Deze dag ligt voor de eerste dag. Kies een latere dag."


class QueryRefused(Exception):
    """`errors` in Dutch, by the name of the field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def read_filter(query: Mapping[str, str]) -> TrailFilter:
    """Raises QueryRefused."""
    errors: dict[str, str] = {}
    typed = {name: query.get(name, "").strip() for name in FILTERS}
    days = {}
    for name in (FIRST_DAY, LAST_DAY):
        days[name] = read_day(typed[name])
        if typed[name] and days[name] is None:
            errors[name] = WRONG_DATE
    first_day, last_day = days[FIRST_DAY], days[LAST_DAY]
    if first_day and last_day and last_day < first_day:
        errors[LAST_DAY] = WRONG_ORDER
    group = read_group(typed[GROUP])
    if typed[GROUP] and group is None:
        errors[GROUP] = WRONG_GROUP
    email = read_mail_address(typed[EMAIL]) if typed[EMAIL] else None
    if typed[EMAIL] and email is None:
        errors[EMAIL] = WRONG_EMAIL
    if errors:
        raise QueryRefused(errors)
    return TrailFilter(first_day, last_day, group, email.key if email else None)


def read_day(typed: str) -> date | None:
    """None for what is no day, or none that the database counts with."""
    match = ISO_DATE.fullmatch(typed) or DUTCH_DATE.fullmatch(typed)
    if match is None:
        return None
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def read_group(typed: str) -> ActGroup | None:
    return ActGroup(typed) if typed in set(ActGroup) else None


def read_mark(query: Mapping[str, str]) -> UUID | None:
    """Where a page goes on; None for the first one, and for what can't be one."""
    try:
        return UUID(query.get(OLDER_THAN, ""))
    except ValueError:
        return None
