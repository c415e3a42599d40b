"""Codes of authenticator apps, against the vectors of the standard and over clocks, windows and repeats."""

import base64
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts import totp
from auth_service.accounts.refusals import FieldRefused, Problem
from auth_service.accounts.totp import (
    DIGITS,
    MOST_DRIFT,
    WINDOW,
    code_of,
    draw_secret,
    drift_of,
    in_groups,
    newest_fit,
    read_totp_code,
    seconds_until_next,
    setup_uri,
    step_at,
)

# RFC 6238 Appendix B, for SHA-1; its codes have eight digits, of which ours are the last six.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}

secrets_ = st.binary(min_size=20, max_size=20).map(lambda key: base64.b32encode(key).decode())
steps = st.integers(min_value=100, max_value=10**10)


@pytest.mark.parametrize(("second", "code"), RFC_VECTORS.items())
def test_the_vectors_of_rfc_6238(second, code):
    step = step_at(datetime.fromtimestamp(second, UTC))

    assert code_of(RFC_SECRET, step) == code[-6:]


@given(secrets_, steps, st.integers(-WINDOW, WINDOW))
def test_a_code_fits_within_the_window_and_is_then_of_its_own_step_or_a_newer_one(secret, step, off):
    fit = newest_fit(secret, code_of(secret, step + off), step)

    assert fit is not None
    assert fit >= step + off
    assert code_of(secret, fit) == code_of(secret, step + off)


@given(secrets_, steps, st.integers(-50, 50))
def test_a_code_fits_no_step_that_has_another_code(secret, step, off):
    code = code_of(secret, step + off)
    codes_near = [code_of(secret, step + near) for near in range(-WINDOW, WINDOW + 1)]

    assert (newest_fit(secret, code, step) is not None) == (code in codes_near)


# Found by trying: the first two steps side by side that have one code with that secret.
COLLIDING = 910_737


def test_of_two_near_steps_with_one_code_the_newer_one_is_used_up():
    code = code_of(RFC_SECRET, COLLIDING)

    assert code == code_of(RFC_SECRET, COLLIDING + 1)
    assert newest_fit(RFC_SECRET, code, COLLIDING) == COLLIDING + 1


@contextmanager
def last_digits_only(digits):
    """With few of them, steps that are near each other have one code all the time."""
    with patch.object(totp, "code_of", lambda secret, step: code_of(secret, step)[-digits:]):
        yield totp.code_of


few_and_all_digits = pytest.mark.parametrize("digits", [1, DIGITS])


@few_and_all_digits
@given(secrets_, steps, st.integers(-WINDOW, WINDOW), st.integers(0, 4 * WINDOW))
def test_a_code_that_is_repeated_is_of_no_newer_step_but_one_that_was_not_near_before(
    digits, secret, step, off, later
):
    with last_digits_only(digits) as shown:
        code = shown(secret, step + off)
        used = newest_fit(secret, code, step)
        again = newest_fit(secret, code, step + later)

    assert again is None or again <= used or again > step + WINDOW


turns = st.lists(st.tuples(st.integers(0, 3), st.integers(-WINDOW, WINDOW)), max_size=20)


@few_and_all_digits
@given(secrets_, steps, turns)
def test_a_code_of_a_step_after_the_last_used_one_is_never_taken_for_a_repeat(digits, secret, now, turns):
    used = 0
    for waited, off in turns:
        now += waited
        with last_digits_only(digits) as shown:
            fit = newest_fit(secret, shown(secret, now + off), now)

        assert fit > used or now + off <= used
        used = max(fit, used)


@given(secrets_, steps, st.integers(-3 * MOST_DRIFT, 3 * MOST_DRIFT))
def test_a_clock_that_is_off_is_found_within_ten_steps_and_beyond_the_window(secret, step, off):
    code = code_of(secret, step + off)

    drift = drift_of(secret, code, step)

    if WINDOW < abs(off) <= MOST_DRIFT:
        assert drift is not None
        assert abs(drift) <= abs(off)
    if drift is not None:
        assert WINDOW < abs(drift) <= MOST_DRIFT
        assert code_of(secret, step + drift) == code


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_step_begins_when_it_is_said_to(now):
    left = seconds_until_next(step_at(now), now)

    assert 1 <= left <= 30
    assert step_at(now + timedelta(seconds=left)) == step_at(now) + 1


@pytest.mark.parametrize(
    "typed", ["123456", " 123 456 ", "123\u00a0456", "123-456", "12 34 56\n", "１２３４５６", "123\u200b456"]
)
def test_a_code_is_read_however_it_is_spaced(typed):
    assert read_totp_code(typed) == "123456"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        (" \n", Problem.EMPTY),
        ("12345", Problem.WRONG),
        ("1234567", Problem.WRONG),
        ("12345a", Problem.WRONG),
        ("١٢٣٤٥٦", Problem.WRONG),
        ("123456" + " " * 100, Problem.WRONG),
        ("K7QM-2D9X-0RTC-W48H", Problem.WRONG),
    ],
)
def test_what_is_not_six_digits_is_refused(typed, problem):
    with pytest.raises(FieldRefused) as refused:
        read_totp_code(typed)

    assert refused.value.problem is problem


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(typed):
    try:
        code = read_totp_code(typed)
    except FieldRefused:
        return
    assert len(code) == 6
    assert code.isascii()
    assert code.isdecimal()


def test_a_secret_is_new_each_time_and_has_160_bits():
    drawn = {draw_secret() for _ in range(100)}

    assert len(drawn) == 100
    assert all(len(base64.b32decode(secret)) == 20 for secret in drawn)


def test_a_key_to_copy_stands_in_groups_of_four():
    assert in_groups("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567"


def test_the_address_for_apps_names_product_and_account():
    uri = setup_uri(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", label="jan+a@dezon.example", issuer="Digitaal Nachregister"
    )

    assert uri == (
        "otpauth://totp/Digitaal%20Nachregister:jan%2Ba%40dezon.example"
        "?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Digitaal%20Nachregister"
    )
