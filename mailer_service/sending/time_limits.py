"""How long each phase of a session with the relay may take, as a whole.

RFC 5321 § 4.5.3.2 allows between two and ten minutes. A relay of one's own answers within seconds, and a
message is held in hand meanwhile; so all are shorter, and the last reply, of which a double comes where it is
given up too early, has the longest.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeLimits:
    """In seconds. A server that drips its reply byte by byte has no more time than one that is silent."""

    # TCP, and for smtps TLS; before it as long for our own name, after it for the greeting, which some delay.
    connect: float = 30.0
    ehlo: float = 30.0
    starttls: float = 30.0
    login: float = 30.0
    # MAIL and RCPT: a relay may ask other servers about the address before it answers.
    envelope: float = 60.0
    data_start: float = 60.0
    data_end: float = 180.0
    # Is the session still alive? And a farewell that nothing depends on.
    check: float = 5.0
    # Some servers let whoever had a refusal wait for five seconds.
    reset: float = 10.0
    quit: float = 2.0
