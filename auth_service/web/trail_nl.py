"""The audit trail of a gemeente in Dutch: as a page shows it, and as a spreadsheet reads it."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from auth_service.accounts.account import Role
from auth_service.accounts.anonymity import is_anonymous
from auth_service.accounts.audit import AuditOrigin, AuditResult
from auth_service.accounts.trail import ActGroup, TrailLine
from auth_service.web.audit_nl import ACTS, THE_SYSTEM
from auth_service.web.identification_nl import told_identification
from shared.dutch_times import AMSTERDAM, moment

GROUP_NAMES = {
    ActGroup.TWO_FACTOR: "2FA",
    ActGroup.ACCOUNT: "Accounts en wachtwoorden",
    ActGroup.COMPANY: "Aanmeldingen en bedrijven",
    ActGroup.PEOPLE: "Uitnodigingen en rechten",
    ActGroup.GEMEENTE: "Gemeente en logboek",
    ActGroup.REFUSED: "Geweigerd",
}
ROLES = {
    Role.ONDERNEMER: "ondernemer",
    Role.GEBRUIKER: "gebruiker van het bedrijf",
    Role.GEMEENTEMEDEWERKER: "medewerker van de gemeente",
    Role.BEHEERDER: "beheerder van het systeem",
}
ORIGINS = {
    AuditOrigin.PAGE: "website",
    AuditOrigin.API: "ander programma (API)",
    AuditOrigin.COMMAND: "opdracht van de leverancier",
    AuditOrigin.WORKER: "vanzelf",
}
RESULTS = {AuditResult.DONE: "gelukt", AuditResult.REFUSED: "geweigerd"}
GONE = "verwijderd account"
COLUMNS = (
    "Datum en tijd", "Wat", "Account", "Bedrijf", "Uitgenodigd", "Door", "Rol", "Reden", "Identiteit",
    "Resultaat", "Via", "Kenmerk",
)  # fmt: skip
# What a spreadsheet would take for a formula, and work out: also behind a comma, where lists are separated by
# those, and behind spaces and quotes, which it may leave out. A line "sep=;" would make Excel misread UTF-8.
FORMULA_START = re.compile(r"(?P<before>^|[,;\t\r\n])(?=[\s\"]*[=+\-@]|[\t\r])")
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class ToldLine:
    """`about` is all that it was done to; empty where that is the gemeente itself."""

    when: str
    what: str
    about: tuple[str, ...]
    doer: str
    role: str | None
    reason: str | None
    identified: str | None
    is_refused: bool
    origin: str | None


def told_line(found: TrailLine) -> ToldLine:
    line = found.line
    about = (shown(found.account_email), found.company_name, shown(found.invited_email))
    role = ROLES[line.actor.role] if line.actor.role else None
    doer = shown(found.actor_email)
    return ToldLine(
        when=moment(line.happened_at),
        what=ACTS[line.act],
        about=tuple(each for each in about if each),
        doer=doer or role or THE_SYSTEM,
        role=role if doer else None,
        reason=line.reason,
        identified=told_identification(line.identification),
        is_refused=line.result is AuditResult.REFUSED,
        origin=ORIGINS[found.origin] if found.origin else None,
    )


def shown(email: str | None) -> str | None:
    return GONE if email and is_anonymous(email) else email


def csv_heading() -> str:
    """With the mark by which Excel knows UTF-8."""
    return BYTE_ORDER_MARK + csv_text([COLUMNS])


def csv_lines(lines: Iterable[TrailLine]) -> str:
    return csv_text(cells_of(line) for line in lines)


def cells_of(found: TrailLine) -> tuple[str, ...]:
    line = found.line
    return (
        f"{line.happened_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M:%S}",
        ACTS[line.act],
        shown(found.account_email) or "",
        found.company_name or "",
        found.invited_email or "",
        shown(found.actor_email) or "",
        ROLES[line.actor.role] if line.actor.role else THE_SYSTEM,
        line.reason or "",
        told_identification(line.identification) or "",
        RESULTS[line.result],
        ORIGINS[found.origin] if found.origin else "",
        found.correlation_id or "",
    )


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    # What Excel expects where numbers have a decimal comma.
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless_cell(text: str) -> str:
    return FORMULA_START.sub(r"\g<before>'", text)
