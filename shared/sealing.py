"""Seals the code inside a message, so that broker, backups and parked messages never show it in clear."""

import json
from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealUnreadable(Exception):
    """None of our keys opens this seal, or it was made for another event."""


class MessageSeal:
    """Fernet (AES-128-CBC, HMAC-SHA256): the first key seals, every key opens, so that keys can rotate."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, event_id: UUID, code: str) -> str:
        # The event id goes inside, so that a seal copied onto another message does not open.
        return self._fernet.encrypt(json.dumps([str(event_id), code]).encode()).decode()

    def open(self, event_id: UUID, sealed: str) -> str:
        """The code in clear; raises SealUnreadable."""
        try:
            sealed_id, code = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError, TypeError) as error:
            raise SealUnreadable("no key of MESSAGE_SEALING_KEYS opens this code") from error
        if sealed_id != str(event_id):
            raise SealUnreadable("the code was sealed for another event")
        return str(code)
