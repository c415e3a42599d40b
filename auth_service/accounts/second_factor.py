"""What may stand in for the second factor: a code of the app, or a recovery code."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auth_service.accounts.recovery_codes import read_recovery_code
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Refusal, Violation
from auth_service.accounts.totp import DIGITS, read_totp_code


class Fault(StrEnum):
    """Why a code is refused."""

    WRONG = "wrong"
    USED = "used"
    # Unknown, or used; who types one has no app to wait for.
    WRONG_RECOVERY_CODE = "wrong_recovery_code"
    # Two codes in a row fit a clock that is off by the same number of steps.
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"


class SecondFactorRejected(Refusal):
    """The code doesn't prove that he has the app, or the paper; `at` is the time here, aware."""

    def __init__(self, fault: Fault, at: datetime) -> None:
        super().__init__(fault)
        self.fault = fault
        self.at = at


class NextCodeNeeded(Refusal):
    """By rare chance the code is of two secrets; the next one tells which was scanned."""


class AlreadyEnrolled(Refusal):
    """Two-factor authentication is on; only a reset takes it away (R-52)."""


class NotEnrolled(Refusal):
    """There is no two-factor authentication to do that with."""


class NothingOwed(Refusal):
    """A code was sent for a session that waits for none."""


@dataclass(frozen=True)
class TotpCode:
    """Six digits."""

    text: str


@dataclass(frozen=True)
class RecoveryCode:
    """Sixteen characters of its alphabet."""

    text: str


ProofCode = TotpCode | RecoveryCode


def totp_code(typed: str) -> TotpCode:
    """Raises InputRefused."""
    try:
        return TotpCode(read_totp_code(typed))
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.TOTP_CODE, refusal.problem)) from None


def recovery_code(typed: str) -> RecoveryCode:
    """Raises InputRefused."""
    try:
        return RecoveryCode(read_recovery_code(typed))
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.RECOVERY_CODE, refusal.problem)) from None


def either_code(typed: str) -> ProofCode:
    """Where one field takes both; raises InputRefused."""
    characters = sum(each.isalnum() for each in typed)
    try:
        if characters <= DIGITS:
            return TotpCode(read_totp_code(typed))
        return RecoveryCode(read_recovery_code(typed))
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.EITHER_CODE, refusal.problem)) from None
