"""What a gemeente decides for itself: whom its people ask, and what it asks of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.gemeente_form import read_contact_email, read_contact_phone
from auth_service.accounts.places import FormerWait, Gemeente
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Problem, Violation

# In hours, for how long an owner can object to a reset of his second factor.
RESET_WAITS = (0, 24, 48, 72)


@dataclass(frozen=True)
class GemeenteSettingsForm:
    """As typed; `reset_wait` in hours, `accommodation_types` the values that were chosen."""

    contact_email: str
    contact_phone: str
    requires_approval: bool
    accommodation_types: frozenset[str]
    reset_wait: str

    def applied_to(self, gemeente: Gemeente) -> Gemeente:
        """The gemeente as it is to be. Raises InputRefused for all that is wrong at once."""
        values: dict[Field, Any] = {}
        violations: list[Violation] = []
        for field, (read, typed) in self._readers(gemeente).items():
            try:
                values[field] = read(typed)
            except FieldRefused as refusal:
                violations.append(Violation(field, refusal.problem))
        if violations:
            raise InputRefused(*violations)
        return replace(
            gemeente,
            email=values[Field.CONTACT_EMAIL],
            phone=values[Field.CONTACT_PHONE],
            requires_approval=self.requires_approval,
            accommodation_types=values[Field.ACCOMMODATION_TYPES],
            reset_wait=values[Field.RESET_WAIT],
        )

    def _readers(self, former: Gemeente) -> Mapping[Field, tuple[Callable[[Any], Any], Any]]:
        def read_phone(typed: str) -> str | None:
            # What operators or tables wrote there stays good, however it is written.
            return former.phone if typed == former.phone else read_contact_phone(typed)

        return {
            Field.CONTACT_EMAIL: (read_contact_email, self.contact_email),
            Field.CONTACT_PHONE: (read_phone, self.contact_phone),
            Field.ACCOMMODATION_TYPES: (read_accommodation_types, self.accommodation_types),
            Field.RESET_WAIT: (read_reset_wait, self.reset_wait),
        }


def read_accommodation_types(chosen: frozenset[str]) -> tuple[str, ...] | None:
    """In the order of the list; None for all there are, so that one that is added later is offered too."""
    if not chosen:
        raise FieldRefused(Problem.EMPTY)
    if chosen - ACCOMMODATION_TYPES.keys():
        raise FieldRefused(Problem.WRONG)
    return (
        None if chosen == ACCOMMODATION_TYPES.keys() else tuple(t for t in ACCOMMODATION_TYPES if t in chosen)
    )


def read_reset_wait(typed: str) -> timedelta:
    if typed not in map(str, RESET_WAITS):
        raise FieldRefused(Problem.WRONG if typed else Problem.EMPTY)
    return timedelta(hours=int(typed))


def slow_to_shorten(former: Gemeente, wanted: Gemeente, now: datetime) -> Gemeente:
    """A shorter wait holds once the former has passed: else staff could lift it for a reset of today."""
    if wanted.reset_wait >= former.reset_wait:
        return wanted
    wait = former.reset_wait_at(now)
    return replace(wanted, former_wait=FormerWait(wait, now + wait))


def changes_between(former: Gemeente, wanted: Gemeente) -> str:
    """What a line of the audit trail says of them, such as `wachttijd: 48 -> 0`, in the words of the API."""
    before, after = told_settings(former), told_settings(wanted)
    return "; ".join(f"{name}: {was} -> {after[name]}" for name, was in before.items() if was != after[name])


def told_settings(gemeente: Gemeente) -> Mapping[str, str]:
    types = offered_types(gemeente)
    return {
        "email": gemeente.email or "-",
        "telefoonnummer": gemeente.phone or "-",
        "host": gemeente.host or "-",
        "goedkeuringNodig": "ja" if gemeente.requires_approval else "nee",
        "accommodaties": ", ".join(value for value in ACCOMMODATION_TYPES if value in types),
        "wachttijd": str(wait_in_hours(gemeente)),
    }


def offered_types(gemeente: Gemeente) -> frozenset[str]:
    types = gemeente.accommodation_types
    return frozenset(ACCOMMODATION_TYPES if types is None else types)


def wait_in_hours(gemeente: Gemeente) -> int:
    return in_hours(gemeente.reset_wait)


def in_hours(wait: timedelta) -> int:
    return round(wait / timedelta(hours=1))
