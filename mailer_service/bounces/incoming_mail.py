"""A mail that a stranger sent us, as plain values: it may have been made to be hard to parse."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from email.parser import HeaderParser
from typing import BinaryIO

# Our mails are some 12 KB, and what a report says comes before what it returns.
LONGEST_READ = 256 * 1024
LONGEST_TEXT = 64 * 1024
ENCODINGS = ("base64", "quoted-printable")
# With the lines it is folded into. The parser's time for each line of a mail grows with the depth, and every
# level has a header of this name; that for the header itself grows with the square of its parameters.
PART = re.compile(rb"^content-type:.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
MOST_PARTS = 60
LONGEST_PART_HEADER = 2_000
# The parser takes each of them for the end of a line.
LINE_END = re.compile(rb"\r\n?")
# What the standard library raises over boundaries, charsets and parameters that make no sense.
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

# No match can begin within another one: a long row of `<` must not take long.
TAG = re.compile(r"<[^<>]*>")


class Unreadable(Exception):
    """What nobody would write as a mail; the text says why."""


@dataclass(frozen=True)
class Part:
    """`type` and names of headers in lower case; `text` is that of a part without parts, without tags."""

    type: str
    headers: Mapping[str, list[str]]
    text: str = ""
    parts: tuple["Part", ...] = ()

    def values(self, *names: str) -> list[str]:
        """Of all headers of these names, in the order of `names`."""
        return [value for name in names for value in self.headers.get(name, [])]

    def value(self, name: str) -> str:
        """Of the first header of this name; empty where there is none."""
        return next(iter(self.values(name)), "")

    def own_parts(self) -> Iterator["Part"]:
        """Itself and its parts, without those of a mail that it encloses."""
        yield self
        if self.type.startswith("multipart/"):
            for part in self.parts:
                yield from part.own_parts()


def read_whole(stream: BinaryIO) -> bytes:
    """The beginning of a mail. The rest is dropped, but read: a broken pipe would look like a failure."""
    kept = stream.read(LONGEST_READ)
    while stream.read(LONGEST_READ):
        pass
    return kept


def headers_of(raw: bytes) -> Part:
    """The headers alone, which cost little, whatever the mail is made of; raises Unreadable."""
    return header_block(as_text(raw))


def mail_of(raw: bytes) -> Part:
    """Raises Unreadable."""
    check_parts(raw)
    try:
        return part_of(message_from_string(as_text(raw)))
    except PARSER_ERRORS as error:
        raise Unreadable(type(error).__name__) from None


def check_parts(raw: bytes) -> None:
    parts = PART.findall(LINE_END.sub(b"\n", raw))
    if len(parts) > MOST_PARTS:
        raise Unreadable("it has too many parts")
    if max(map(len, parts), default=0) > LONGEST_PART_HEADER:
        raise Unreadable("a part of it is described at too great a length")


def header_block(text: str) -> Part:
    """Headers, and whatever comes below them unread; raises Unreadable."""
    try:
        return Part("", headers_in(HeaderParser().parsestr(text.lstrip())))
    except PARSER_ERRORS as error:
        raise Unreadable(f"its headers: {type(error).__name__}") from None


def as_text(raw: bytes) -> str:
    # Whatever the charset: what is looked for is ASCII, and the rest UTF-8 if anything (RFC 6532).
    return raw.decode("utf-8", "replace")


def part_of(message: Message) -> Part:
    payload = message.get_payload()
    parts = [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    return Part(
        type=message.get_content_type(),
        headers=headers_in(message),
        text="" if parts else text_in(message),
        parts=tuple(part_of(part) for part in parts),
    )


def headers_in(message: Message) -> dict[str, list[str]]:
    headers = defaultdict(list)
    for name, value in message.items():
        headers[name.lower()].append(str(value).strip())
    return headers


def text_in(message: Message) -> str:
    encoded = str(message.get("content-transfer-encoding", "")).strip().lower() in ENCODINGS
    content = message.get_payload(decode=True) if encoded else message.get_payload()
    text = (as_text(content) if isinstance(content, bytes) else str(content))[:LONGEST_TEXT]
    return TAG.sub(" ", text) if message.get_content_subtype() == "html" else text
