"""What competing mailers are compared by."""

import pytest

from tests.bench.delivery_rate import CELERY, OURS, OURS_TWICE, DeliveryRates, Run, delivery_report


@pytest.fixture
def make_rates():
    def make(*, one, two, celery, cpu=1.0):
        runs = {
            OURS: [Run(rate, cpu, 70) for rate in one],
            OURS_TWICE: [Run(rate, cpu, 70) for rate in two],
            CELERY: [Run(rate, 3.0, 50) for rate in celery],
        }
        return DeliveryRates(runs, [9_000.0] * len(one), 6_000)

    return make


def test_rates_are_compared_within_their_round(make_rates):
    # A noisy neighbour slowed everybody down in the second round.
    rates = make_rates(one=[500, 250, 500], two=[900, 450, 950], celery=[200, 100, 200])

    report = delivery_report(rates)

    assert "two processes against one 1.80 times" in report
    assert "two processes against Celery 4.5 times, aim 4.0: met" in report


def test_what_costs_too_much_is_said_to_miss_its_aim(make_rates):
    report = delivery_report(make_rates(one=[500], two=[900], celery=[300], cpu=1.3))

    assert "CPU per mail 1.30 ms, aim 1.2: MISSED" in report
    assert "against Celery 3.0 times, aim 4.0: MISSED" in report
