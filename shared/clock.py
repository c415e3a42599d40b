"""The time, handed to whoever needs it, so that a test can hand out another."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, in UTC; the one place that asks for it."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock the rule points at.
