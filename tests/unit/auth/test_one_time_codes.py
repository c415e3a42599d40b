"""Codes: drawn at random, read forgivingly."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.one_time_codes import CodeLifetimes, CodePurpose, code_digest, draw_code, read_code

# The sample of the manual.
CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
LIFETIMES = CodeLifetimes(activation=timedelta(hours=24), password_reset=timedelta(hours=1))


def test_a_code_is_48_lower_case_hex_characters_and_each_is_another():
    codes = {draw_code(CodePurpose.ACTIVATION, LIFETIMES, NOW).text for _ in range(100)}

    assert len(codes) == 100
    assert all(re.fullmatch(r"[0-9a-f]{48}", code) for code in codes)


def test_a_code_lives_as_long_as_its_purpose_allows():
    assert draw_code(CodePurpose.ACTIVATION, LIFETIMES, NOW).expires_at == NOW + timedelta(hours=24)
    assert draw_code(CodePurpose.PASSWORD_RESET, LIFETIMES, NOW).expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        CODE.upper(),
        f"  {CODE}\r\n",
        f"{CODE[:20]}\n{CODE[20:]}",
        f"{CODE[:30]}=\r\n{CODE[30:]}",
        " ".join(CODE[start : start + 4] for start in range(0, 48, 4)),
        "\u00a0".join(CODE[start : start + 8] for start in range(0, 48, 8)),
        "\u200b".join(CODE),
        f"https://inloggen.example.nl/activeren#code={CODE}",
        f"https://inloggen.example.nl/activeren#code%3D{CODE}",
        f"Uw code: {CODE} is 24 uur geldig.",
        f"de code {CODE[:24]} {CODE[24:]} staat in de mail",
        f"{CODE} {CODE}",
    ],
)
def test_a_code_is_found_in_what_people_paste(pasted):
    assert read_code(pasted) == CODE


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "geen code",
        CODE[:-1],
        f"{CODE}0",
        # The second sample of the manual, cut off and misread.
        "16bea5d4dacd7485d6bdbce3ec184e80dd9f05b22a1085!",
        f"{CODE} {CODE[::-1]}",
        CODE.replace("0", "o"),
    ],
)
def test_what_is_no_code_or_more_than_one_is_none(pasted):
    assert read_code(pasted) is None


@given(
    st.binary(min_size=24, max_size=24),
    st.lists(st.integers(1, 47), max_size=12),
    st.sampled_from(" \n\t\u00a0"),
)
def test_white_space_anywhere_in_a_code_does_not_matter(raw, cuts, space):
    code = raw.hex()
    spaced = code
    for cut in sorted(set(cuts), reverse=True):
        spaced = spaced[:cut] + space + spaced[cut:]

    assert read_code(spaced) == code


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text):
    code = read_code(text)

    assert code is None or re.fullmatch(r"[0-9a-f]{48}", code)


def test_the_digest_is_of_the_code_as_it_was_mailed():
    assert code_digest(CODE) == code_digest(read_code(CODE.upper()))
    assert len(code_digest(CODE)) == 32


def test_the_longest_lifetime_is_of_whichever_code():
    assert LIFETIMES.longest == timedelta(days=7)
    longer_reset = CodeLifetimes(activation=timedelta(hours=1), password_reset=timedelta(days=8))
    assert longer_reset.longest == timedelta(days=8)
