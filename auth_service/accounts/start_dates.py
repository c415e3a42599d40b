"""From which day something holds, as people write dates in the Netherlands."""

import re
from datetime import date, timedelta

from auth_service.accounts.refusals import FieldRefused, Problem

# A year that was mistyped, rather than a plan.
FURTHEST_AHEAD = timedelta(days=366)
# Their first three letters; of March the abbreviation too.
MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
MARCH = "mrt"
IN_DIGITS = re.compile(r"(?P<day>\d{1,2})\s*[-/. ]\s*(?P<month>\d{1,2})\s*[-/. ]\s*(?P<year>\d{4})")
IN_WORDS = re.compile(r"(?P<day>\d{1,2})[\s-]*(?P<month>[a-z]{3,9})\.?[\s-]*(?P<year>\d{4})")
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


def start_date(typed: str, today: date) -> date:
    """From tomorrow on, within a year: `1-1-2027`, `1 januari 2027`, `2027-01-01`. Raises FieldRefused."""
    text = typed.strip().lower()
    if not text:
        raise FieldRefused(Problem.EMPTY)
    found = read_date(text)
    if found is None:
        raise FieldRefused(Problem.WRONG)
    if found <= today:
        raise FieldRefused(Problem.TOO_EARLY)
    if found > today + FURTHEST_AHEAD:
        raise FieldRefused(Problem.TOO_LATE)
    return found


def read_date(text: str) -> date | None:
    match = IN_DIGITS.fullmatch(text) or IN_WORDS.fullmatch(text) or ISO.fullmatch(text)
    month = number_of(match["month"]) if match else None
    if match is None or month is None:
        return None
    try:
        return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None


def number_of(month: str) -> int | None:
    if month.isdecimal():
        return int(month)
    start = MONTHS[2] if month == MARCH else month[:3]
    return MONTHS.index(start) + 1 if start in MONTHS else None
