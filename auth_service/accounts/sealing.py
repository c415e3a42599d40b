"""Secrets of an account as they are kept: sealed, and openable for that very account only.

Fernet (AES-128-CBC, HMAC-SHA256): the first key of SEALING_KEYS seals, every one opens, so that keys rotate.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken

from auth_service.accounts.refusals import Unavailable

FINGERPRINT_LENGTH = 16


@dataclass(frozen=True)
class Sealed:
    """`fingerprint` says which key opens it, without telling anything of the key."""

    token: str
    fingerprint: str


class SealUnreadable(Unavailable):
    """None of our keys opens this, or it was sealed for another account."""


class AccountSeal:
    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {key_fingerprint(key): Fernet(key) for key in keys}
        self._first = key_fingerprint(keys[0])

    @property
    def fingerprint(self) -> str:
        """Of the key that seals."""
        return self._first

    @property
    def fingerprints(self) -> frozenset[str]:
        """Of the keys that open."""
        return frozenset(self._keys)

    def seal(self, account_id: UUID, secret: str) -> Sealed:
        # The account's id goes inside, so that a seal copied to another account's row does not open.
        text = json.dumps([str(account_id), secret]).encode()
        return Sealed(self._keys[self._first].encrypt(text).decode(), self._first)

    def open(self, account_id: UUID, sealed: Sealed) -> str:
        """The secret in clear; raises SealUnreadable."""
        key = self._keys.get(sealed.fingerprint)
        if key is None:
            raise SealUnreadable(f"no key of SEALING_KEYS has the fingerprint {sealed.fingerprint}")
        try:
            sealed_id, secret = json.loads(key.decrypt(sealed.token))
        except (InvalidToken, ValueError, TypeError) as error:
            raise SealUnreadable(f"the key {sealed.fingerprint} doesn't open this") from error
        if sealed_id != str(account_id):
            raise SealUnreadable("it was sealed for another account")
        return str(secret)


def key_fingerprint(key: str) -> str:
    return hashlib.sha256(b"fingerprint of " + key.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def sealed_at(token: str) -> datetime:
    """When a Fernet token was made, to the second, as it says itself: ask it only of one that opens."""
    # https://github.com/fernet/spec: a version byte, then 64 bits of seconds since 1970.
    return datetime.fromtimestamp(int.from_bytes(base64.urlsafe_b64decode(token)[1:9]), UTC)
