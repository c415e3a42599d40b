"""A copy keeps what identifies the message and drops what belongs to the broker."""

from datetime import UTC, datetime

import aio_pika
import pytest

from mailer_service.consuming.message_copies import attempt_of, copy_of, replay_copy
from mailer_service.consuming.parking import parked_copy, parking_key
from mailer_service.consuming.retry_schedule import retry_copy

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


@pytest.fixture
def make_message():
    def make(headers=None, **properties):
        return aio_pika.Message(
            b"body",
            headers=headers,
            message_id="0193a000",
            type="mail.password_changed.v1",
            timestamp=NOW,
            app_id="auth_service",
            content_type="application/cloudevents+json",
            **properties,
        )

    return make


def test_identity_and_body_stay(make_message):
    copy = copy_of(make_message({"traceparent": "00-4b"}, correlation_id="c"), {"mailer-attempt": 2})

    assert copy.body == b"body"
    assert (copy.message_id, copy.type, copy.app_id) == (
        "0193a000",
        "mail.password_changed.v1",
        "auth_service",
    )
    assert (copy.timestamp, copy.correlation_id) == (NOW, "c")
    assert copy.content_type == "application/cloudevents+json"
    assert copy.headers == {"traceparent": "00-4b", "mailer-attempt": 2}
    assert copy.delivery_mode == aio_pika.DeliveryMode.PERSISTENT


def test_what_is_the_brokers_goes(make_message):
    message = make_message({"x-death": [], "X-First-Death-Queue": "q"}, user_id="auth", expiration=5)

    copy = copy_of(message, {})

    assert copy.headers == {}
    assert (copy.user_id, copy.expiration) == (None, None)


@pytest.mark.parametrize("value", [None, "2", 0, -1, 1.5, 1_000_001])
def test_a_message_without_a_sound_count_is_at_its_first_try(value, make_message):
    assert attempt_of(make_message({"mailer-attempt": value})) == 1


def test_a_retry_counts_on_and_keeps_the_moment_of_the_first_failure(make_message):
    first = retry_copy(make_message(), failed_at=NOW, error="451 a")
    second = retry_copy(first, failed_at=NOW.replace(hour=20), error="451 b")

    assert second.headers == {
        "mailer-attempt": 3,
        "mailer-first-failed-at": "2026-11-23T13:05:00+00:00",
        "mailer-last-error": "451 b",
    }


def test_a_parked_message_says_why_and_keeps_its_count(make_message):
    message = make_message({"mailer-attempt": 4})

    assert parked_copy(message, "smtp_refused: 550", NOW).headers == {
        "mailer-reason": "smtp_refused: 550",
        "mailer-attempt": 4,
        "mailer-parked-at": "2026-11-23T13:05:00+00:00",
    }
    assert parking_key(message) == "mail.password_changed.v1"


def test_a_replay_counts_on_and_leaves_behind_what_came_before(make_message):
    parked = parked_copy(make_message({"mailer-attempt": 4, "mailer-last-error": "451 a"}), "smtp", NOW)

    assert replay_copy(parked, "2026-11-24 by anna").headers == {
        "mailer-attempt": 5,
        "mailer-replayed": "2026-11-24 by anna",
    }
