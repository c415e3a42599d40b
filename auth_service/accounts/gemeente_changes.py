"""What the table of a year changes: which gemeenten and places are new, renamed, moved or gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auth_service.accounts.cbs_table import CbsTable, ListedPlace, is_made_up

# Some dozens of places at most come to an end in a year; where more are missing, rows are.
MOST_PLACES_GONE = 0.05
# Too few to tell anything by their share.
FEW = 20


@dataclass(frozen=True)
class KnownGemeente:
    """As it was before. `listed_in`: the year of the newest table that has it, None where none had."""

    code: str
    name: str
    participating: bool
    listed_in: int | None
    dissolved_in: int | None


@dataclass(frozen=True)
class Renamed:
    code: str
    former: str
    name: str


@dataclass(frozen=True)
class Holding:
    """What still belongs to a gemeente."""

    companies: int = 0
    accounts: int = 0
    registrations: int = 0


@dataclass(frozen=True)
class Dissolved:
    """`places_now_in`: code and name of the gemeenten in which its places lie by the new table."""

    code: str
    name: str
    participating: bool
    places_now_in: Sequence[tuple[str, str]]
    holding: Holding = field(default_factory=Holding)


@dataclass(frozen=True)
class Moved:
    """A place by its code, and from which gemeente (code) to which."""

    place: ListedPlace
    former_gemeente: str


@dataclass(frozen=True)
class GemeenteChanges:
    """`names` of all gemeenten concerned, by code."""

    year: int
    new: Sequence[tuple[str, str]]
    renamed: Sequence[Renamed]
    dissolved: Sequence[Dissolved]
    returned: Sequence[tuple[str, str]]
    places_added: Sequence[ListedPlace]
    places_moved: Sequence[Moved]
    places_renamed: Sequence[Renamed]
    places_gone: Sequence[ListedPlace]
    names: Mapping[str, str]


class TableRefused(Exception):
    """The table can be read, but not be right; one sentence."""


def changes_by(
    table: CbsTable, year: int, known: Iterable[KnownGemeente], places: Iterable[ListedPlace]
) -> GemeenteChanges:
    """`known` are all gemeenten, `places` those of the table before. Raises TableRefused."""
    before = {gemeente.code: gemeente for gemeente in known if not is_made_up(gemeente.code)}
    former = {place.code: place for place in places}
    now = {place.code: place for place in table.places}
    refuse_older(year, before.values())
    gone = [place for code, place in former.items() if code not in now]
    if len(gone) > max(FEW, MOST_PLACES_GONE * len(former)):
        raise TableRefused(
            f"{len(gone)} of the {len(former)} places of the table before are missing: is the file cut off?"
        )
    both = [(former[code], place) for code, place in now.items() if code in former]
    return GemeenteChanges(
        year=year,
        new=sorted((code, name) for code, name in table.gemeenten.items() if code not in before),
        renamed=[
            Renamed(code, before[code].name, name)
            for code, name in table.gemeenten.items()
            if code in before and before[code].name != name
        ],
        dissolved=[
            dissolved(gemeente, former.values(), now, table.gemeenten)
            for gemeente in before.values()
            if gemeente.code not in table.gemeenten and gemeente.dissolved_in is None
        ],
        returned=[
            (code, table.gemeenten[code])
            for code, gemeente in before.items()
            if code in table.gemeenten and gemeente.dissolved_in is not None
        ],
        places_added=[place for code, place in now.items() if code not in former],
        places_moved=[
            Moved(new, old.gemeente_code) for old, new in both if old.gemeente_code != new.gemeente_code
        ],
        places_renamed=[Renamed(new.code, old.name, new.name) for old, new in both if old.name != new.name],
        places_gone=gone,
        names={**{code: gemeente.name for code, gemeente in before.items()}, **table.gemeenten},
    )


def refuse_older(year: int, known: Iterable[KnownGemeente]) -> None:
    newest = max((gemeente.listed_in or 0 for gemeente in known), default=0)
    if year < newest:
        raise TableRefused(
            f"The table of {newest} was imported before: that of {year} would bring back what is past."
        )


def dissolved(
    gemeente: KnownGemeente,
    former: Iterable[ListedPlace],
    now: Mapping[str, ListedPlace],
    names: Mapping[str, str],
) -> Dissolved:
    own = [place.code for place in former if place.gemeente_code == gemeente.code]
    codes = sorted({now[code].gemeente_code for code in own if code in now})
    heirs = [(code, names[code]) for code in codes]
    return Dissolved(gemeente.code, gemeente.name, gemeente.participating, heirs)
