"""What a session proves, how long it lasts, and what it may do; computed at every request, never stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.visitors import Device

# How long a fresh proof (herbevestiging) of password and code is good for.
FRESHNESS = timedelta(minutes=5)
# By how much clocks of replicas may differ: further ahead, a proof would stay fresh for longer by as much.
CLOCKS_DIFFER = timedelta(minutes=1)


class SessionState(StrEnum):
    """Only FULL passes the gateway."""

    AWAITING_TOTP = "awaiting_totp"
    AWAITING_TOTP_SETUP = "awaiting_totp_setup"
    FULL = "full"


class SessionEnd(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    TOO_OLD = "too_old"


@dataclass(frozen=True)
class SessionLimits:
    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class TimeLeft:
    """Until a session ends by itself, in whole seconds; whether using it would put that off."""

    seconds: int
    can_be_extended: bool


@dataclass(frozen=True)
class Session:
    """Which factors were proven and when; times are aware."""

    id: UUID
    account_id: UUID
    started_at: datetime
    last_seen_at: datetime
    password_proven_at: datetime
    totp_proven_at: datetime | None

    def state(self, *, enrolled: bool, required: bool) -> SessionState:
        """`enrolled`: the account has TOTP; `required`: gemeente, company or role asks for it."""
        if enrolled:
            return SessionState.FULL if self.totp_proven_at else SessionState.AWAITING_TOTP
        return SessionState.AWAITING_TOTP_SETUP if required else SessionState.FULL

    def end(self, limits: SessionLimits, now: datetime) -> SessionEnd | None:
        if now >= self.started_at + limits.longest:
            return SessionEnd.TOO_OLD
        return SessionEnd.IDLE if now >= self.last_seen_at + limits.idle else None

    def ends_at(self, limits: SessionLimits) -> datetime:
        """When it is over if it isn't used any more."""
        return min(self.started_at + limits.longest, self.last_seen_at + limits.idle)

    def time_left(self, limits: SessionLimits, now: datetime) -> TimeLeft:
        ends_at = self.ends_at(limits)
        seconds = max(0, int((ends_at - now).total_seconds()))
        return TimeLeft(seconds, can_be_extended=ends_at < self.started_at + limits.longest)

    def is_freshly_proven(self, *, enrolled: bool, now: datetime) -> bool:
        """Whether what matters may be done without asking for password and code again."""
        proofs = [self.password_proven_at, self.totp_proven_at] if enrolled else [self.password_proven_at]
        return all(proof is not None and -CLOCKS_DIFFER <= now - proof < FRESHNESS for proof in proofs)


@dataclass(frozen=True)
class UsedSession:
    """A session, and what it is used on."""

    session: Session
    device: Device
