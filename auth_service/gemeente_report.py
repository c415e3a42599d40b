"""What `dnr-auth gemeente` tells the operator: what a table changes, and how gemeenten are set."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from auth_service.accounts.gemeente_changes import Dissolved, GemeenteChanges, Holding
from auth_service.accounts.gemeente_search import Standing, standing_of
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, InputRefused, Problem

# Of places there can be thousands: more than these are only counted.
MOST_PLACES_TOLD = 50
SENTENCES: Mapping[tuple[Field, Problem], str] = {
    (Field.PARTICIPATING, Problem.DISSOLVED): "It is dissolved, and can't take part any more.",
    (Field.CONTACT_EMAIL, Problem.EMPTY): "One that takes part, or did, needs a mail address: give --email.",
    (Field.CONTACT_EMAIL, Problem.WRONG): "--email is no mail address.",
    (Field.CONTACT_PHONE, Problem.WRONG): "--phone is no telephone number.",
    (Field.HOST, Problem.WRONG): "--host is no host name, or the one of PUBLIC_URL.",
    (Field.HOST, Problem.HOST_TAKEN): "--host is another gemeente's.",
}


def change_lines(changes: GemeenteChanges) -> Iterator[str]:
    """Per kind its number, and one line for each below it."""
    names = changes.names
    yield from told("New gemeenten", [f"{code} {name}" for code, name in changes.new])
    yield from told(
        "Gemeenten renamed",
        [f"{gemeente.code} {gemeente.former} is now {gemeente.name}" for gemeente in changes.renamed],
    )
    yield from told("Gemeenten dissolved", [dissolution(gone) for gone in changes.dissolved])
    yield from told("Gemeenten that are back", [f"{code} {name}" for code, name in changes.returned])
    yield from told(
        "Places added",
        [f"{place.name} ({place.code}) in {names[place.gemeente_code]}" for place in changes.places_added],
        most=MOST_PLACES_TOLD,
    )
    yield from told(
        "Places moved",
        [
            f"{moved.place.name} ({moved.place.code}) from {names[moved.former_gemeente]}"
            f" to {names[moved.place.gemeente_code]}"
            for moved in changes.places_moved
        ],
        most=MOST_PLACES_TOLD,
    )
    yield from told(
        "Places renamed",
        [f"{place.former} ({place.code}) is now {place.name}" for place in changes.places_renamed],
        most=MOST_PLACES_TOLD,
    )
    yield from told(
        "Places removed",
        [f"{place.name} ({place.code}) of {names[place.gemeente_code]}" for place in changes.places_gone],
        most=MOST_PLACES_TOLD,
    )


def told(what: str, lines: Sequence[str], *, most: int | None = None) -> Iterator[str]:
    yield f"{what}: {len(lines)}"
    yield from (f"  {line}" for line in lines[:most])
    if most is not None and len(lines) > most:
        yield f"  and {len(lines) - most} more"


def dissolution(gone: Dissolved) -> str:
    heirs = " and ".join(f"{name} ({code})" for code, name in gone.places_now_in) or "no gemeente"
    took_part = ", took part" if gone.participating else ""
    return f"{gone.code} {gone.name}{took_part}: {held(gone.holding)}; its places lie in {heirs} now"


def held(holding: Holding) -> str:
    parts = [
        counted(holding.companies, "company", "companies"),
        counted(holding.accounts, "account", "accounts"),
        counted(holding.registrations, "registration", "registrations"),
    ]
    return f"{', '.join(parts)} still belong to it"


def counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


COLUMNS: Sequence[Callable[[Gemeente], str]] = (
    lambda gemeente: gemeente.code,
    lambda gemeente: gemeente.name,
    lambda gemeente: standing_told(gemeente),
    lambda gemeente: gemeente.email or "-",
    lambda gemeente: gemeente.phone or "-",
    lambda gemeente: gemeente.host or "-",
    lambda gemeente: "2FA" if gemeente.requires_totp else "no 2FA",
    lambda gemeente: "approves" if gemeente.requires_approval else "doesn't approve",
)


def list_lines(gemeenten: Sequence[Gemeente]) -> Iterator[str]:
    """One each, in columns."""
    rows = [[column(gemeente) for column in COLUMNS] for gemeente in gemeenten]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def standing_told(gemeente: Gemeente) -> str:
    match standing_of(gemeente):
        case Standing.DISSOLVED:
            return f"dissolved in {gemeente.dissolved_in}"
        case Standing.PARTICIPATING:
            return "takes part"
        case Standing.NOT_PARTICIPATING:
            return "takes no part"


def sentence_about(refusal: InputRefused) -> str:
    return " ".join(SENTENCES[violation.field, violation.problem] for violation in refusal.violations)
