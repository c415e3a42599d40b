"""Finding a gemeente among all there are."""

from dataclasses import dataclass
from enum import StrEnum

from auth_service.accounts.place_names import place_keys, typed_keys
from auth_service.accounts.places import Gemeente


class Standing(StrEnum):
    PARTICIPATING = "participating"
    NOT_PARTICIPATING = "not_participating"
    DISSOLVED = "dissolved"


@dataclass(frozen=True)
class GemeenteSearch:
    """`text` is part of a name, or a code; empty for all. `standing` None for any."""

    text: str = ""
    standing: Standing | None = None

    def finds(self, gemeente: Gemeente) -> bool:
        if self.standing not in (None, standing_of(gemeente)):
            return False
        return not self.text.strip() or is_called(gemeente, self.text)


def standing_of(gemeente: Gemeente) -> Standing:
    """One that is dissolved and still takes part goes as dissolved."""
    if gemeente.dissolved_in:
        return Standing.DISSOLVED
    return Standing.PARTICIPATING if gemeente.participating else Standing.NOT_PARTICIPATING


def is_called(gemeente: Gemeente, text: str) -> bool:
    if gemeente.code.casefold() == text.strip().casefold():
        return True
    # A text of signs only has no key, and finds nothing.
    sought = [key for key in typed_keys(text) if key]
    return any(key in name for key in sought for name in place_keys(gemeente.name))
