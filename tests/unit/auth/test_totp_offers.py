"""Which of the secrets on offer was scanned."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.drift import Drift
from auth_service.accounts.totp import code_of, draw_secret
from auth_service.accounts.totp_offers import (
    OFFER_LIFETIME,
    TotpOffer,
    drift_among,
    fits_among,
)

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
STEP = 59_000_000
# As the page makes them in ten minutes, the newest first; each with a secret of its own.
OFFERS = [TotpOffer(STEP - age, draw_secret(), NOW - age * timedelta(seconds=30)) for age in range(20)]


def fitting(offers, code):
    return [
        (offer.step, step)
        for offer, step in ((fit.offer, fit.step) for fit in fits_among(offers, code, STEP))
    ]


@pytest.mark.parametrize("age", range(20))
def test_each_offer_is_good_for_the_code_of_now(age):
    offer = OFFERS[age]

    assert (offer.step, STEP) in fitting(OFFERS, code_of(offer.secret, STEP))


@pytest.mark.parametrize(
    ("age", "is_late_allowed"), [(0, True), (1, True), (2, True), (3, False), (19, False)]
)
def test_only_with_the_newest_a_code_may_be_a_step_late(age, is_late_allowed):
    offer = OFFERS[age]

    found = fitting(OFFERS, code_of(offer.secret, STEP - 1))

    assert ((offer.step, STEP - 1) in found) == is_late_allowed


def test_with_one_that_is_held_too():
    held = TotpOffer(OFFERS[12].step, OFFERS[12].secret, OFFERS[12].offered_at, is_held=True)

    assert (held.step, STEP - 1) in fitting([*OFFERS[:12], held], code_of(held.secret, STEP - 1))


def test_one_secret_that_is_there_twice_is_told_as_two():
    twin = TotpOffer(OFFERS[1].step, OFFERS[0].secret, OFFERS[1].offered_at)

    assert len(fits_among([OFFERS[0], twin], code_of(twin.secret, STEP), STEP)) == 2


@given(st.sampled_from(OFFERS), st.integers(2, 10), st.sampled_from([-1, 1]))
def test_a_phone_whose_clock_is_off_is_found_whatever_it_scanned(offer, distance, sign):
    drift = drift_among(OFFERS, code_of(offer.secret, STEP + sign * distance), STEP)

    assert drift is not None


def test_an_offer_is_good_for_ten_minutes_and_a_held_one_for_longer():
    offer = OFFERS[0]
    held = TotpOffer(offer.step, offer.secret, offer.offered_at, is_held=True)

    assert offer.is_good(NOW + OFFER_LIFETIME - timedelta(seconds=1))
    assert not offer.is_good(NOW + OFFER_LIFETIME)
    assert held.is_good(NOW + 2 * OFFER_LIFETIME)


@pytest.mark.parametrize(
    ("first", "second", "is_confirmed"),
    [
        (Drift(4, 104), Drift(4, 105), True),
        (Drift(4, 104), Drift(4, 104), False),
        (Drift(4, 104), Drift(5, 106), False),
        (Drift(-4, 96), Drift(4, 105), False),
    ],
)
def test_two_different_codes_at_one_distance_tell_that_the_clock_is_off(first, second, is_confirmed):
    assert first.is_confirmed_by(second) == is_confirmed
