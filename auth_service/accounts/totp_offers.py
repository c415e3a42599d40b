"""Secrets that are shown for scanning: a new one with every time step, each good for ten minutes (R-43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auth_service.accounts.drift import Drift
from auth_service.accounts.totp import WINDOW, drift_of, newest_fit

OFFER_LIFETIME = timedelta(minutes=10)
# The newest ones may be typed a step too late or too early.
NEWEST = 3
# Far more than ten minutes bring, or anybody stops or copies.
MOST_OFFERS = 40


@dataclass(frozen=True)
class TotpOffer:
    """`secret` in Base32. `is_held`: its QR was stopped or its key copied.

    Then it is good for as long as the session, and its code may be typed a step late, as with the newest.
    """

    step: int
    secret: str
    offered_at: datetime
    is_held: bool = False

    def is_good(self, now: datetime) -> bool:
        return self.is_held or now < self.offered_at + OFFER_LIFETIME


@dataclass(frozen=True)
class Fit:
    """Which offer was scanned, and the time step that its code is of."""

    offer: TotpOffer
    step: int


def fits_among(offers: Sequence[TotpOffer], code: str, step: int) -> list[Fit]:
    """Of the offers, newest first, those that this is a code of; more than one by rare chance."""
    fits = []
    for place, offer in enumerate(offers):
        window = WINDOW if place < NEWEST or offer.is_held else 0
        if (found := newest_fit(offer.secret, code, step, window)) is not None:
            fits.append(Fit(offer, found))
    return fits


def drift_among(offers: Sequence[TotpOffer], code: str, step: int) -> Drift | None:
    """How far the clock is off that shows this code, if it is of one of the offers at all."""
    for offer in offers:
        if (steps := drift_of(offer.secret, code, step)) is not None:
            return Drift(steps, step + steps)
    return None
