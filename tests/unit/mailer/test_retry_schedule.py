from datetime import timedelta

import pytest

from mailer_service.consuming.retry_schedule import HAND_BACK_TIER, next_try_at, tier_after
from shared.broker_topology import TIERS


@pytest.mark.parametrize(
    ("attempt", "tier"),
    [(1, "10s"), (2, "1m"), (3, "5m"), (4, "15m"), (5, "1h"), (6, "4h"), (7, "4h"), (1000, "4h")],
)
def test_each_failure_waits_longer_and_the_last_tier_repeats(attempt, tier):
    assert tier_after(attempt) == tier


def test_the_next_try_is_announced_for_when_the_tier_ends(now):
    assert next_try_at(now, 3) == now + timedelta(minutes=5)


def test_a_message_handed_back_waits_in_a_tier_that_exists():
    assert HAND_BACK_TIER in TIERS
