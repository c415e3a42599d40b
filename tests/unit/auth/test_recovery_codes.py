"""Codes on paper: drawn well, read however they are written, kept as keyed digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.recovery_codes import (
    ALPHABET,
    CODE_LENGTH,
    draw_code,
    draw_recovery_codes,
    draw_recovery_key,
    in_groups,
    read_recovery_code,
    recovery_digest,
)
from auth_service.accounts.refusals import FieldRefused, Problem

codes = st.text(alphabet=ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_ten_different_ones_are_drawn():
    assert len(set(draw_recovery_codes())) == 10


def test_every_character_of_the_alphabet_comes_up_at_every_place():
    drawn = [draw_code() for _ in range(2_000)]

    for place in range(CODE_LENGTH):
        assert {code[place] for code in drawn} == set(ALPHABET)


@given(codes)
def test_a_code_is_read_back_from_how_it_is_shown(code):
    assert read_recovery_code(in_groups(code)) == code


@given(codes, st.sampled_from([" ", "", "-", ".", "\u00a0", "\u2013"]))
def test_it_is_read_in_small_letters_with_lookalikes_and_any_space(code, between):
    written = between.join(code.lower().replace("0", "o").replace("1", "l"))

    assert read_recovery_code(f" {written}\n") == code


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        (" - ", Problem.EMPTY),
        ("123456", Problem.WRONG),
        ("K7QM-2D9X-0RTC-W48", Problem.WRONG),
        ("K7QM-2D9X-0RTC-W48HH", Problem.WRONG),
        ("U7QM-2D9X-0RTC-W48H", Problem.WRONG),
        ("K7QM2D9X0RTCW48H" + " " * 300, Problem.WRONG),
    ],
)
def test_what_can_be_none_is_refused(typed, problem):
    with pytest.raises(FieldRefused) as refused:
        read_recovery_code(typed)

    assert refused.value.problem is problem


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused(typed):
    try:
        code = read_recovery_code(typed)
    except FieldRefused:
        return
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)


def test_a_digest_hangs_on_the_code_and_on_the_key():
    key, code = draw_recovery_key(), draw_code()

    assert recovery_digest(code, key) == recovery_digest(code, key)
    assert recovery_digest(code, key) != recovery_digest(code, draw_recovery_key())
    assert recovery_digest(code, key) != recovery_digest(draw_code(), key)
