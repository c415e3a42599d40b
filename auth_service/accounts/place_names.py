"""Under which names a place is found: as CBS lists it, and as people write it."""

import re
from collections.abc import Iterable, Iterator

from auth_service.accounts.place_aliases import ALIASES
from auth_service.accounts.places import place_key

# What tells places of one name apart: `Hengelo (Gld)`, `Bergen (NH)`, and `Elst Ut` as the post has it.
SUFFIX = re.compile(
    r"\s*\([^()]*\)\s*$|\s+(?:L|NH|ZH|NB|Nb|LB|Lb|GLD|Gld|UT|Ut|OV|Ov|GN|Gn|FR|Fr|DR|Dr|ZLD|Zld)$"
)
SAINT = re.compile(r"\b(Sint|St\.?)(?=[\s-])", re.IGNORECASE)
ON_THE = re.compile(r"\baan de[nr]?\b", re.IGNORECASE)
ALIASES_BY_KEY = {place_key(name): group for group in ALIASES for name in group}


def bare_name(name: str) -> str:
    """Without the suffix that tells it from places of the same name."""
    return SUFFIX.sub("", name) or name


def place_keys(name: str) -> frozenset[str]:
    """The keys under which the place of this name is found; each is a `place_key`."""
    names = {name, bare_name(name)}
    aliases = [alias for each in names for alias in ALIASES_BY_KEY.get(place_key(each), ())]
    return keys_of(spelling for each in (*names, *aliases) for spelling in spellings(each))


def typed_keys(typed: str) -> tuple[str, ...]:
    """What to look for, the likeliest first: one may type a suffix that CBS doesn't use."""
    return tuple(dict.fromkeys((place_key(typed), place_key(bare_name(typed)))))


def spellings(name: str) -> Iterator[str]:
    """`Sint` is also written `St`, and `aan den` as `a/d`."""
    for saint in ("Sint", "St"):
        spelt = SAINT.sub(saint, name)
        yield spelt
        yield ON_THE.sub("a/d", spelt)


def keys_of(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key in map(place_key, names) if key)
