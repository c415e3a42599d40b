"""The test behind `make bench ARGS=alike`: it sees a difference that is there, and mostly none that isn't."""

import random

import pytest

from tests.bench.told_apart import bootstrapped_difference, compare, mann_whitney


@pytest.fixture
def draws():
    return random.Random(20261124)


def answer_times(draws, *, slower_by=0.0, count=300):
    """Like those of a web server: 3 ms and half a millisecond around it, with a tail."""
    return [3.0 + abs(draws.gauss(0, 0.5)) + draws.expovariate(5) + slower_by for _ in range(count)]


def test_a_shifted_sample_is_told_apart(draws):
    same, slower = answer_times(draws), answer_times(draws, slower_by=0.2)

    found = compare(slower, same, confidence=0.999, draws=draws)

    assert found.p < 1e-5
    assert 0 < found.low < found.difference < found.high


def test_equal_samples_are_told_apart_as_seldom_as_the_level_says(draws):
    told = sum(mann_whitney(answer_times(draws), answer_times(draws)) < 0.05 for _ in range(400))

    # 20 are expected; fewer than 5 or more than 40 would come about once in ten thousand times.
    assert 5 <= told <= 40


def test_the_interval_mostly_holds_the_true_difference(draws):
    intervals = [
        bootstrapped_difference(
            answer_times(draws, slower_by=0.1, count=60),
            answer_times(draws, count=60),
            confidence=0.95,
            draws=draws,
        )
        for _ in range(60)
    ]

    assert sum(low <= 0.1 <= high for low, high in intervals) >= 50


def test_the_p_value_is_the_one_that_others_compute():
    first, second = [1, 2, 2, 3, 5, 8, 8, 9], [2, 4, 6, 7, 8, 10, 11, 12]

    # scipy.stats.mannwhitneyu(first, second, method="asymptotic"), ties included.
    assert mann_whitney(first, second) == pytest.approx(0.15381125310705518)


def test_samples_of_one_and_the_same_value_are_not_told_apart():
    assert mann_whitney([3.0] * 20, [3.0] * 20) == 1.0
