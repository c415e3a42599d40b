"""Tracebacks for the log: where it went wrong and what kind of error it was, without the data it was about.

The first line of a message says what is wrong. What follows quotes: PostgreSQL's DETAIL a whole row, with
its password hash, pydantic's the input.
"""

import traceback
from types import TracebackType

from shared.address_masking import masked_addresses

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

LONGEST_MESSAGE = 300


def format_harmlessly(exc_info: ExceptionInfo) -> str:
    """The chain of errors, the last one first."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    # An error can be its own cause's cause.
    while error is not None and len(parts) < 10:
        parts.append("".join(traceback.format_tb(error.__traceback__)) + described(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nafter:\n".join(parts)


def described(error: BaseException) -> str:
    first_line = str(error).partition("\n")[0][:LONGEST_MESSAGE]
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}: {masked_addresses(first_line)}" if first_line else kind
