"""Codes that are mailed: 24 random bytes as 48 lower-case hex characters, of which only a digest is kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote
from uuid import UUID

CODE_BYTES = 24
CODE_LENGTH = 2 * CODE_BYTES

# What a mail program or a hurried copy may put into a code: all kinds of white space, zero-width characters,
# soft hyphens, and the `=` that ends a quoted-printable line.
CLUTTER = r"[\s\u00ad\u200b-\u200f\u2060\ufeff=]*"
WHOLE_CODE = re.compile(rf"(?<![0-9a-z])[0-9a-f]{{{CODE_LENGTH}}}(?![0-9a-z])")
# A lookahead, so that a word like "de" in front of a spaced code is tried and passed over.
SPACED_CODE = re.compile(
    rf"(?<![0-9a-z])(?=([0-9a-f](?:{CLUTTER}[0-9a-f]){{{CODE_LENGTH - 1}}})(?![0-9a-z]))"
)
LONGEST_PASTE = 5_000
# Longer than a gemeente lets a reset wait; and whoever wants to object did not ask for the mail.
OBJECTION_LIFETIME = timedelta(days=7)


class CodePurpose(StrEnum):
    """What a code is for; equal to the SQL type `code_purpose`."""

    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a password.
    TOTP_ENROLMENT = "totp_enrolment"
    EMAIL_CHANGE = "email_change"
    INVITATION = "invitation"
    TOTP_RESET_OBJECTION = "totp_reset_objection"


# What the mails about a reset by others bring.
ABOUT_RESETS = (CodePurpose.TOTP_ENROLMENT, CodePurpose.TOTP_RESET_OBJECTION)


@dataclass(frozen=True)
class CodeLifetimes:
    """How long a code of each purpose can be used.

    `activation` holds for whatever confirms an address: 24 h by NIST SP 800-63A-4 § 3.8. Who is invited, or
    wants to object to a reset, did not ask for the mail and may see it days later.
    """

    activation: timedelta
    password_reset: timedelta
    invitation: timedelta = timedelta(days=7)

    def of(self, purpose: CodePurpose) -> timedelta:
        match purpose:
            case CodePurpose.PASSWORD_RESET:
                return self.password_reset
            case CodePurpose.INVITATION:
                return self.invitation
            case CodePurpose.TOTP_RESET_OBJECTION:
                return OBJECTION_LIFETIME
            case _:
                return self.activation

    @property
    def longest(self) -> timedelta:
        return max(self.of(purpose) for purpose in CodePurpose)


@dataclass(frozen=True)
class Owner:
    """Whom a code or a mail is for; one of the three is set."""

    registration_id: UUID | None = None
    account_id: UUID | None = None
    invitation_id: UUID | None = None


@dataclass(frozen=True)
class IssuedCode:
    """A fresh code, in clear only until it is sealed; `expires_at` is aware."""

    text: str
    purpose: CodePurpose
    issued_at: datetime
    expires_at: datetime

    @property
    def digest(self) -> bytes:
        return code_digest(self.text)

    @property
    def objecting_until(self) -> datetime | None:
        """Longer than it enrols; None where it is about no reset."""
        return self.issued_at + OBJECTION_LIFETIME if self.purpose in ABOUT_RESETS else None


def draw_code(purpose: CodePurpose, lifetimes: CodeLifetimes, now: datetime) -> IssuedCode:
    return IssuedCode(secrets.token_hex(CODE_BYTES), purpose, now, now + lifetimes.of(purpose))


def code_digest(code: str) -> bytes:
    # 192 random bits need no salt and no slow hash (ASVS 6.5.2).
    return hashlib.sha256(code.encode()).digest()


def read_code(typed: str) -> str | None:
    """The code in what somebody typed or pasted: the code itself, spaced or in capitals, the mailed link, or
    the whole line of the mail; None when there is none, or more than one.
    """
    text = unquote(typed[:LONGEST_PASTE]).lower()
    found = set(WHOLE_CODE.findall(text)) or {
        re.sub(r"[^0-9a-f]", "", code) for code in SPACED_CODE.findall(text)
    }
    return found.pop() if len(found) == 1 else None
