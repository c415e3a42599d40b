"""Messages of which the protocol library can't read a property, read as far as that.

A timestamp in microseconds is enough, or a correlation id that is no UTF-8. For the library such a message is
the end of the connection, and so nobody could look at it, nor at those behind it, nor throw it away.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pamqp.header import ContentHeader

# The header, which no message comes with, that says what is wrong with the property.
UNREADABLE = "unreadable property"


@contextmanager
def lenient_properties() -> Iterator[None]:
    """For every connection of this process, until the block ends."""
    strict = ContentHeader.unmarshal

    def lenient(header: ContentHeader, data: bytes) -> None:
        try:
            strict(header, data)
        except ValueError as error:
            # Those before it are there, in the order in which they come, and so is the size of the body.
            header.properties.headers = {**(header.properties.headers or {}), UNREADABLE: str(error)}

    ContentHeader.unmarshal = lenient  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ContentHeader.unmarshal = strict  # type: ignore[method-assign]
