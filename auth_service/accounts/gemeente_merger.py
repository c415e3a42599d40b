"""Which companies of a gemeente go to another one when gemeenten merge: those whose place lies there now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auth_service.accounts.place_names import typed_keys
from auth_service.accounts.places import Gemeente


class MoveRefused(Exception):
    """Nothing can be moved there; one sentence."""


@dataclass(frozen=True)
class Share:
    """How many companies and registrations name this place; `lies_in`: codes of gemeenten there are."""

    place: str
    companies: int
    registrations: int
    lies_in: Sequence[str] = ()

    def goes(self, former: str, heir: str) -> bool:
        """A place whose name several have is taken to be the heir's, unless the former one has it too."""
        return heir in self.lies_in and former not in self.lies_in


@dataclass(frozen=True)
class MovedPeople:
    accounts: int = 0
    invitations: int = 0
    staff: int = 0


@dataclass(frozen=True)
class GemeenteMove:
    """What was moved from one to the other and what was not; `staff_left` are those who have an account."""

    former: Gemeente
    heir: Gemeente
    going: Sequence[Share]
    staying: Sequence[Share]
    people: MovedPeople
    staff_left: int

    @property
    def companies(self) -> int:
        return sum(share.companies for share in self.going)

    @property
    def registrations(self) -> int:
        return sum(share.registrations for share in self.going)

    @property
    def is_empty(self) -> bool:
        return not self.going and self.people == MovedPeople()


def refuse_unfit(former: Gemeente, heir: Gemeente, *, with_staff: bool) -> None:
    """Raises MoveRefused."""
    if heir.dissolved_in:
        raise MoveRefused(f"{heir.name} is dissolved itself, in {heir.dissolved_in}.")
    if not heir.participating or not heir.email:
        raise MoveRefused(
            f"{heir.name} takes no part yet: switch it on with `gemeente set {heir.code} --participating`."
        )
    if with_staff and not former.dissolved_in:
        raise MoveRefused(f"{former.name} is not dissolved, and needs its staff: leave out --staff.")


def located(share: Share, gemeenten_by_key: Mapping[str, Sequence[str]]) -> Share:
    """By the first spelling that is known, as for who registers."""
    for key in typed_keys(share.place):
        if codes := gemeenten_by_key.get(key):
            return Share(share.place, share.companies, share.registrations, tuple(codes))
    return share
