from datetime import UTC, datetime

import pytest

from shared.dutch_times import moment, moment_seen_from


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 11, 23, 13, 5, tzinfo=UTC), "23 november 2026 om 14.05 uur"),
        # Summer time, and a date that is the next one in the Netherlands.
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "1 augustus 2026 om 0.00 uur"),
    ],
)
def test_a_moment_is_said_in_dutch_time(when, words):
    assert moment(when) == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 11, 23, 13, 3, tzinfo=UTC), "om 14.03 uur"),
        (datetime(2026, 11, 22, 13, 3, tzinfo=UTC), "op 22 november om 14.03 uur"),
        # Both on the 22nd by UTC, but not in the Netherlands.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "om 0.30 uur"),
        (datetime(2026, 11, 24, 0, 3, tzinfo=UTC), "op 24 november om 1.03 uur"),
        # Only the day is the same.
        (datetime(2026, 10, 23, 12, 3, tzinfo=UTC), "op 23 oktober om 14.03 uur"),
    ],
)
def test_a_day_is_named_only_where_it_is_not_today(when, words):
    now = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)

    assert moment_seen_from(when, now) == words
