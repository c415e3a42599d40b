"""From which day something holds, as people write dates."""

from datetime import date

import pytest

from auth_service.accounts.refusals import FieldRefused, Problem
from auth_service.accounts.start_dates import start_date

TODAY = date(2026, 11, 23)
NEW_YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("1-1-2027", "01-01-2027", " 1/1/2027 ", "1.1.2027", "1 1 2027", "2027-01-01"),
        *("1 januari 2027", "1 Jan 2027", "1 jan. 2027", "01 JANUARI 2027"),
    ],
)
def test_a_date_is_read_however_it_is_written(typed):
    assert start_date(typed, TODAY) == NEW_YEAR


@pytest.mark.parametrize("typed", ["1 maart 2027", "1 mrt 2027", "1-3-2027"])
def test_march_has_two_abbreviations(typed):
    assert start_date(typed, TODAY) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("  ", Problem.EMPTY),
        ("ooit", Problem.WRONG),
        ("31-2-2027", Problem.WRONG),
        ("1-13-2027", Problem.WRONG),
        ("1-1-27", Problem.WRONG),
        ("1 foo 2027", Problem.WRONG),
        ("23-11-2026", Problem.TOO_EARLY),
        ("22 november 2026", Problem.TOO_EARLY),
        ("1-1-2072", Problem.TOO_LATE),
        ("9" * 5_000, Problem.WRONG),
    ],
)
def test_what_is_no_day_that_can_be_meant_is_refused(typed, problem):
    with pytest.raises(FieldRefused) as refused:
        start_date(typed, TODAY)

    assert refused.value.problem is problem


def test_tomorrow_is_early_enough():
    assert start_date("24-11-2026", TODAY) == date(2026, 11, 24)
