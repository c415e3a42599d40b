"""How long a lost connection waits before the next try."""

from itertools import accumulate, repeat

from shared.broker import next_pause


def pauses(lived, *, times):
    return list(accumulate(repeat(lived, times), next_pause, initial=0.25))[1:]


def test_a_broker_that_is_away_is_asked_again_within_ten_seconds():
    assert pauses(0.0, times=7) == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_work_that_keeps_ending_early_leaves_the_delivery_limit_for_half_an_hour():
    """Fifty early ends would park every message at hand."""
    assert sum(pauses(0.1, times=50)) > 30 * 60


def test_a_connection_that_was_steady_is_made_anew_at_once():
    assert next_pause(60.0, 3600.0) == 0.5
