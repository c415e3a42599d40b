"""What the mail server does to a mail, or to a session, where it is told to be rude now and then."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import cycle
from typing import Generic, TypeVar

from tests.faults.seeds import Draws

# A stall is drawn between these.
SHORTEST_STALL_SECONDS, LONGEST_STALL_SECONDS = 0.1, 3.0
DRIP_SECONDS = 0.02


class ToMail(StrEnum):
    DROP_BEFORE_DOT = "dropped before the dot"
    # From here on the mail is taken, and whoever sent it can't know.
    DROP_AFTER_DOT = "dropped after the dot"
    STALL_AND_DROP = "stalled after the dot, then dropped"
    STALL = "stalled"
    DRIP = "dripped"
    LEAVE_AT_RECIPIENT = "421 at the recipient"
    LEAVE_AT_DOT = "421 at the dot"
    SPOIL_TLS = "clear text in TLS"


class ToHandshake(StrEnum):
    GARBAGE = "garbage for TLS"
    RESET = "reset in TLS"


Kind = TypeVar("Kind", ToMail, ToHandshake)


class Moments(Generic[Kind]):
    """At drawn moments one of the kinds, all of them in turns; one in so many, never where that is 0."""

    def __init__(self, moments: Draws, kinds: type[Kind], *, one_in: int) -> None:
        self._draws = moments
        self._one_in = one_in
        in_order: list[Kind] = list(kinds)
        self._turns: Iterator[Kind] = cycle(moments.sample(in_order, len(in_order)))
        self._still = self._next_gap()

    def draw(self) -> Kind | None:
        if not self._one_in:
            return None
        self._still -= 1
        if self._still > 0:
            return None
        self._still = self._next_gap()
        return next(self._turns)

    def draw_stall(self) -> float:
        """For how many seconds."""
        return self._draws.uniform(SHORTEST_STALL_SECONDS, LONGEST_STALL_SECONDS)

    def _next_gap(self) -> int:
        return self._draws.randint(1, max(1, 2 * self._one_in - 1))
