"""Names of places, compared as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class FormerWait:
    """A longer `reset_wait` that holds until then, aware."""

    wait: timedelta
    until: datetime


@dataclass(frozen=True)
class Gemeente:
    """A municipality by its CBS code (`GM0361`) and whom its entrepreneurs can ask.

    `email` is empty where it never took part. `requires_totp`: it asks all of its entrepreneurs for
    two-factor authentication (R-37, R-50); from `requires_totp_from` on, aware, as it announced.
    `accommodation_types` can be chosen in its forms, None for all there are. `reset_wait`: for how long
    somebody can object before its staff's reset of his second factor is done, as chosen; see reset_wait_at.
    `dissolved_in`: the year of the first CBS table in which it no longer is.
    """

    code: str
    name: str
    email: str
    phone: str | None
    host: str | None
    participating: bool
    requires_totp: bool = True
    requires_totp_from: datetime | None = None
    requires_approval: bool = False
    accommodation_types: tuple[str, ...] | None = None
    reset_wait: timedelta = timedelta(0)
    dissolved_in: int | None = None
    former_wait: FormerWait | None = None

    def former_wait_at(self, now: datetime) -> FormerWait | None:
        """None where it is over, or not longer than what was chosen since."""
        former = self.former_wait
        return former if former and now < former.until and former.wait > self.reset_wait else None

    def reset_wait_at(self, now: datetime) -> timedelta:
        """What holds then: one that was made shorter only once its former length has passed."""
        former = self.former_wait_at(now)
        return former.wait if former else self.reset_wait


def place_key(name: str) -> str:
    """`’s-Gravenhage`, `'s gravenhage` and `s-Gravenhage` alike: letters and digits only, without accents."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^0-9a-z]+", "", "".join(c for c in bare if not unicodedata.combining(c)))
