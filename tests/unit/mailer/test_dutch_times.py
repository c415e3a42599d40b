from datetime import UTC, datetime, timedelta

import pytest

from mailer_service import dutch_times


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 11, 23, 13, 5, tzinfo=UTC), "23 november 2026 om 14.05 uur"),
        # Summer time, and a date that is the next one in the Netherlands.
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "1 augustus 2026 om 0.00 uur"),
    ],
)
def test_a_moment_is_said_in_dutch_time(when, words):
    assert dutch_times.moment(when) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=24), "24 uur"),
        (timedelta(hours=1), "1 uur"),
        (timedelta(minutes=119), "1 uur"),
        (timedelta(minutes=30), "30 minuten"),
        (timedelta(seconds=70), "1 minuut"),
    ],
)
def test_a_lifetime_is_never_said_longer_than_it_is(span, words):
    assert dutch_times.lifetime(span) == words


@pytest.mark.parametrize(
    ("span", "words"), [(timedelta(days=7), "7 dagen"), (timedelta(days=1, hours=9), "1 dag")]
)
def test_days_are_whole(span, words):
    assert dutch_times.days(span) == words
