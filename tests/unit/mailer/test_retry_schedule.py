from datetime import timedelta

import pytest

from mailer_service.consuming.retry_schedule import HAND_BACK_TIER, next_try_at, tier_after
from mailer_service.sending.waiting_times import LONGEST_WAIT_SECONDS
from shared.broker_topology import TIERS


@pytest.mark.parametrize(
    ("attempt", "tier"),
    [(1, "10s"), (2, "1m"), (3, "5m"), (4, "15m"), (5, "1h"), (6, "4h"), (7, "4h"), (1000, "4h")],
)
def test_each_failure_waits_longer_and_the_last_tier_repeats(attempt, tier):
    assert tier_after(attempt) == tier


@pytest.mark.parametrize(
    ("attempt", "asked_seconds", "tier"),
    [
        (1, 10, "10s"),
        (1, 11, "1m"),
        (1, 300, "5m"),
        (1, 301, "15m"),
        (1, 14_400, "4h"),
        # Never sooner than it would be tried anyway.
        (3, 10, "5m"),
        (9, 10, "4h"),
        (1, 100_000, "4h"),
    ],
)
def test_a_server_that_asks_for_more_time_gets_it(attempt, asked_seconds, tier):
    assert tier_after(attempt, timedelta(seconds=asked_seconds)) == tier


def test_no_server_can_ask_for_more_than_the_longest_tier():
    assert list(TIERS.values())[-1].total_seconds() == LONGEST_WAIT_SECONDS


def test_the_next_try_is_announced_for_when_the_tier_ends(now):
    assert next_try_at(now, "5m") == now + timedelta(minutes=5)


def test_a_message_handed_back_waits_in_a_tier_that_exists():
    assert HAND_BACK_TIER in TIERS
