"""How measurements are summed up and shown."""

import pytest

from tests.bench.figures import percentile, table


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (90, 90), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_a_value_that_was_measured(percent, value):
    assert percentile(list(range(100, 0, -1)), percent) == value


def test_one_value_is_every_percentile():
    assert percentile([7.0], 50) == percentile([7.0], 99) == 7.0


def test_figures_stand_below_each_other():
    shown = table(["ms", "p50"], [["short", "9.5"], ["a longer name", "120.0"]])

    assert shown.splitlines() == ["ms               p50", "short            9.5", "a longer name  120.0"]
