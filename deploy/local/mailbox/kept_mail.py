"""Mails as they came in, the newest thousand."""

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

KEPT_AT_MOST = 1_000


def draw_id() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class ReceivedMail:
    """One mail, byte for byte, with its envelope; `received_at` is aware."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    id: str = field(default_factory=draw_id)


class KeptMail:
    def __init__(self, limit: int = KEPT_AT_MOST) -> None:
        self._mails: deque[ReceivedMail] = deque(maxlen=limit)

    def add(self, mail: ReceivedMail) -> None:
        """The oldest one makes room where the limit is reached."""
        self._mails.appendleft(mail)

    def newest_first(self) -> Sequence[ReceivedMail]:
        return tuple(self._mails)

    def find(self, mail_id: str) -> ReceivedMail | None:
        return next((mail for mail in self._mails if mail.id == mail_id), None)

    def forget_all(self) -> None:
        self._mails.clear()
