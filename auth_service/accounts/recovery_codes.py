"""Ten codes on paper for who has lost his phone: 80 bits each, as 16 characters in groups of four.

In the alphabet of Crockford, which has no letters that look like digits.
"""

import hashlib
import hmac
import secrets
import unicodedata

from auth_service.accounts.refusals import FieldRefused, Problem

HOW_MANY = 10
CODE_BYTES = 10
CODE_LENGTH = 16
GROUP = 4
# From this many on, somebody is told to make new ones.
FEW = 2
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
LONGEST_TYPED = 200
KEY_BYTES = 32


def draw_recovery_codes() -> tuple[str, ...]:
    """Without their hyphens."""
    return tuple(draw_code() for _ in range(HOW_MANY))


def draw_code() -> str:
    number = secrets.randbits(8 * CODE_BYTES)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def draw_recovery_key() -> str:
    """What the codes of one account are digested with."""
    return secrets.token_urlsafe(KEY_BYTES)


def recovery_digest(code: str, key: str) -> bytes:
    return hmac.digest(key.encode(), code.encode(), hashlib.sha256)


def in_groups(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_recovery_code(typed: str) -> str:
    """The code, however it was spaced and written; raises FieldRefused."""
    text = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    code = "".join(each for each in text if each.isalnum()).translate(LOOKALIKES)
    if not code:
        raise FieldRefused(Problem.EMPTY)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET) or len(typed) > LONGEST_TYPED:
        raise FieldRefused(Problem.WRONG)
    return code
