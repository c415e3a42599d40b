"""Header values in ASCII and in short lines (RFC 5322, RFC 2047), that can't start a header of their own."""

import re
from email.header import Header
from email.utils import formataddr

from mailer_service.writing.unmailable import Unmailable

# RFC 2047 § 2: of lines with an encoded word.
LONGEST_LINE = 76
# In a value that is folded as it is; a longer one must be cut, which encoding does.
LONGEST_WORD = 60
# Whatever a program could take for the end of a line, and surrogates, which are no text.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# A name as in the mail, and its value, folded where it is long.
HeaderField = tuple[str, str]


def safe(value: str) -> str:
    if UNSAFE.search(value):
        raise Unmailable("header_unsafe", "a header value holds a line break or another control character")
    return value


def header_text(name: str, text: str) -> str:
    """`text` as the value of header `name`; raises Unmailable for control characters."""
    if not is_plain(safe(text)):
        return encoded(name, text)
    if len(name) + 2 + len(text) <= LONGEST_LINE:
        return text
    return Header(text, "us-ascii", LONGEST_LINE, name).encode(linesep="\r\n")


def sender_value(display_name: str, address: str) -> str:
    """The value of From."""
    is_short = is_plain(safe(display_name)) and len(display_name) <= LONGEST_WORD
    value = formataddr((display_name if is_short else encoded("From", display_name), safe(address)))
    if len("From: ") + len(value) <= LONGEST_LINE:
        return value
    return value.removesuffix(f" <{address}>") + f"\r\n <{address}>"


def is_plain(text: str) -> bool:
    """Whether a reader gets `text` back as it is: nothing of it looks encoded, no blank may get lost."""
    if not text.isascii() or "=?" in text:
        return False
    return all(0 < len(word) <= LONGEST_WORD for word in text.split(" "))


def encoded(name: str, text: str) -> str:
    return Header(text, "utf-8", LONGEST_LINE, name).encode(linesep="\r\n")
