"""Messages that would fill the log."""

import logging

from shared.structured_logs import OnceAMinute


def record(name, created):
    one = logging.LogRecord(name, logging.ERROR, __file__, 1, "away", None, None)
    one.created = created
    return one


def test_a_noisy_library_is_heard_once_a_minute():
    heard = OnceAMinute("opentelemetry").filter

    assert heard(record("opentelemetry.exporter", 0))
    assert not heard(record("opentelemetry.sdk.trace", 59))
    assert heard(record("opentelemetry.exporter", 60))


def test_all_others_are_always_heard():
    heard = OnceAMinute("opentelemetry").filter

    assert all(heard(record("asyncio", second)) for second in (0, 1, 2))
