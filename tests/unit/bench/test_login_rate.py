"""What is made of measured logins."""

from tests.bench.login_rate import Round, by_start
from tests.bench.raw_verifies import RawRound


def logins(count):
    return Round(latencies=[0.1] * count, seconds=1.0, cpu={})


def verifies(count):
    return RawRound(count, seconds=1.0, cpu=1.0)


def test_each_start_is_compared_with_what_was_measured_beside_it():
    rounds = [logins(count) for count in (80, 90, 40, 40)]
    raw = [verifies(count) for count in (100, 100, 50, 50)]

    assert by_start(rounds, raw, starts=2) == [0.85, 0.8]
