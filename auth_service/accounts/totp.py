"""Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, 6 digits and steps of 30 seconds.

All three apps of the manual read no other (R-40).
"""

import base64
import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from math import ceil

import pyotp

from auth_service.accounts.refusals import FieldRefused, Problem

STEP = timedelta(seconds=30)
DIGITS = 6
# RFC 4226 § 4: 160 bits.
SECRET_BYTES = 20
# a code is typed some time after it was read, and a clock may be ahead a little (RFC 6238 § 5.2).
WINDOW = 1
# How far off a clock may be and still be told so.
MOST_DRIFT = 10
LONGEST_TYPED = 50
# What a hurried copy, or somebody who likes groups of three, puts in between.
CLUTTER = r"[\s\u200b-\u200f\u2060\ufeff.-]"


def draw_secret() -> str:
    """In Base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // int(STEP.total_seconds())


def seconds_until_next(step: int, now: datetime) -> int:
    """Whole seconds until the step after this one begins, rounded up."""
    return max(1, ceil((step + 1) * STEP.total_seconds() - now.timestamp()))


def code_of(secret: str, step: int) -> str:
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def read_totp_code(typed: str) -> str:
    """The six digits, however they were spaced; raises FieldRefused."""
    text = re.sub(CLUTTER, "", unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]))
    if not text:
        raise FieldRefused(Problem.EMPTY)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", text) or len(typed) > LONGEST_TYPED:
        raise FieldRefused(Problem.WRONG)
    return text


def newest_fit(secret: str, code: str, step: int, window: int = WINDOW) -> int | None:
    """The newest step within the window around `step` that this is the code of.

    Every step is looked at: two that are near each other can have the same code, and accepting the older one
    would leave it good for the newer.
    """
    around = range(step - window, step + window + 1)
    fits = [each for each in around if hmac.compare_digest(code_of(secret, each), code)]
    return max(fits, default=None)


def drift_of(secret: str, code: str, step: int) -> int | None:
    """How many steps a clock is ahead (behind where negative) that shows this code at `step`.

    None where none within MOST_DRIFT does; the smallest where several do.
    """
    off = sorted((d for d in range(-MOST_DRIFT, MOST_DRIFT + 1) if abs(d) > WINDOW), key=abs)
    fits = [drift for drift in off if hmac.compare_digest(code_of(secret, step + drift), code)]
    return fits[0] if fits else None


def in_groups(secret: str) -> str:
    """In groups of four, which are easier to copy by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def setup_uri(secret: str, *, label: str, issuer: str) -> str:
    """`otpauth://…`, as the QR code holds it and as an app on the same phone opens it."""
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=label, issuer_name=issuer)
