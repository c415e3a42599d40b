"""What a session with the relay may die of, and what that says."""

import ssl
from typing import Final

from aiosmtplib import SMTPException, SMTPResponseException

from mailer_service.sending.reply_meaning import is_crowded
from mailer_service.sending.smtp_answers import Ambiguous, Deferred, Doubt, RelayDown, reply_line
from mailer_service.words_of_others import one_line

# The library's errors, and the bare ones of sockets, TLS and time limits.
SESSION_ERRORS: Final = (SMTPException, OSError)


class OutOfStep(SMTPException):
    """A reply that can't be one to what was asked: nothing said on this session can be relied on."""


def lost(error: Exception) -> Deferred:
    return Deferred(one_line(f"the session was lost: {words_of(error)}"), doubt=Doubt.RELAY)


def unanswered(error: Exception) -> Ambiguous:
    return Ambiguous(one_line(f"no answer to the whole mail: {words_of(error)}"))


def relay_down(error: Exception) -> RelayDown:
    """Why no mail can be handed over, and whether it is us who must mend something."""
    if isinstance(error, SMTPResponseException):
        # A refusal before any recipient was named: of our login, our sender, or us as a client.
        crowded = is_crowded(error.message)
        our_fault = error.code >= 500 and not crowded
        return RelayDown(reply_line(error.code, error.message), our_fault=our_fault, crowded=crowded)
    untrusted = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in (error, error.__cause__))
    # The library has no class of its own for a relay without STARTTLS or AUTH.
    lacking = type(error) is SMTPException
    return RelayDown(one_line(words_of(error)), our_fault=untrusted or lacking)


def words_of(error: Exception) -> str:
    """May hold anything that a server said."""
    said = error.message if isinstance(error, SMTPException) else str(error)
    return said or type(error).__name__
