"""Names of places, compared as people write them."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Gemeente:
    """A municipality by its CBS code (`GM0361`) and whom its entrepreneurs can ask.

    `requires_totp`: it asks all of them for two-factor authentication (R-37, R-50).
    """

    code: str
    name: str
    email: str
    phone: str | None
    host: str | None
    participating: bool
    requires_totp: bool = True


def place_key(name: str) -> str:
    """`’s-Gravenhage`, `'s gravenhage` and `s-Gravenhage` alike: letters and digits only, without accents."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^0-9a-z]+", "", "".join(c for c in bare if not unicodedata.combining(c)))
