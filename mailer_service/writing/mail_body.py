"""The two readings of a mail, text and HTML, as one multipart/alternative body in quoted-printable.

Short ASCII lines whatever is in them, so that no relay encodes them anew, which would break a signature.
"""

import re
from binascii import b2a_qp

from mailer_service.writing.unmailable import Unmailable

PART_HEAD = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
# The library counts a blank before a line end as one octet, and then writes three: too many after 74 others.
LATE_BLANK = re.compile(rb"=(?:20|09)(?<=[^\n]{77})(?=\r\n)")
TEXT_HEAD, HTML_HEAD = PART_HEAD % b"plain", PART_HEAD % b"html"


def alternative_body(text: str, html: str, boundary: str) -> bytes:
    """A reader shows the last part it understands, so HTML comes second (RFC 2046 § 5.1.4).

    `boundary` must have `=_` in it, which quoted-printable never has. Raises Unmailable.
    """
    opening = b"--%b\r\n" % boundary.encode("ascii")
    return b"".join(
        [
            opening,
            TEXT_HEAD,
            quoted_printable(text),
            b"\r\n",
            opening,
            HTML_HEAD,
            quoted_printable(html),
            b"\r\n--%b--\r\n" % boundary.encode("ascii"),
        ]
    )


def quoted_printable(text: str) -> bytes:
    """RFC 2045 § 6.7: lines of at most 76 octets that end in CRLF, whatever ended them in `text`."""
    if "\0" in text:
        raise Unmailable("body_unsafe", "a body holds a NUL character")
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise Unmailable("body_unsafe", "a body holds half of a surrogate pair") from None
    # The library ends its own lines as it sees others end, and guards a blank or a dot before such an end
    # only: so it gets one, which is then taken off.
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    return LATE_BLANK.sub(rb"=\r\n\g<0>", b2a_qp(lines + b"\r\n"))[:-2]
