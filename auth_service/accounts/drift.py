"""Telling somebody that his phone's clock is wrong, without telling a guesser anything."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drift:
    """A refused code that is the one of `step`, by a clock that is `steps` ahead (behind where negative)."""

    steps: int
    step: int

    def is_confirmed_by(self, later: "Drift") -> bool:
        """One code can fit by chance, and the same code typed again says nothing new; a second, different one
        at the same distance hardly can.
        """
        return later.steps == self.steps and later.step != self.step
