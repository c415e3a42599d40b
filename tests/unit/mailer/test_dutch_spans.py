from datetime import timedelta

import pytest

from mailer_service.writing import dutch_spans


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
    assert dutch_spans.lifetime(span) == words


@pytest.mark.parametrize(
    ("span", "words"), [(timedelta(days=7), "7 dagen"), (timedelta(days=1, hours=9), "1 dag")]
)
def test_days_are_whole(span, words):
    assert dutch_spans.days(span) == words
