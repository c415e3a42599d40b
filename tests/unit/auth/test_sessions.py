"""What a session proves, computed from its proofs and the policy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.sessions import Session, SessionEnd, SessionLimits, SessionState, TimeLeft

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
LIMITS = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))
PASSWORD_ONLY = Session(uuid4(), uuid4(), NOW, NOW, password_proven_at=NOW, totp_proven_at=None)
WITH_TOTP = replace(PASSWORD_ONLY, totp_proven_at=NOW)


@pytest.mark.parametrize(
    ("session", "enrolled", "required", "state"),
    [
        (PASSWORD_ONLY, False, False, SessionState.FULL),
        (PASSWORD_ONLY, False, True, SessionState.AWAITING_TOTP_SETUP),
        (PASSWORD_ONLY, True, False, SessionState.AWAITING_TOTP),
        (PASSWORD_ONLY, True, True, SessionState.AWAITING_TOTP),
        (WITH_TOTP, True, False, SessionState.FULL),
        (WITH_TOTP, True, True, SessionState.FULL),
        (WITH_TOTP, False, True, SessionState.AWAITING_TOTP_SETUP),
        (WITH_TOTP, False, False, SessionState.FULL),
    ],
)
def test_the_state_follows_from_proofs_and_policy(session, enrolled, required, state):
    assert session.state(enrolled=enrolled, required=required) is state


@pytest.mark.parametrize(
    ("seen", "ends"),
    [
        (timedelta(0), timedelta(minutes=30)),
        (timedelta(hours=11), timedelta(hours=11, minutes=30)),
        (timedelta(hours=11, minutes=50), timedelta(hours=12)),
    ],
)
def test_a_session_says_when_it_will_be_over(seen, ends):
    session = replace(PASSWORD_ONLY, last_seen_at=NOW + seen)

    assert session.ends_at(LIMITS) == NOW + ends
    assert session.end(LIMITS, session.ends_at(LIMITS)) is not None
    assert session.end(LIMITS, session.ends_at(LIMITS) - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("seen", "now", "left"),
    [
        (timedelta(0), timedelta(0), TimeLeft(1800, can_be_extended=True)),
        (timedelta(0), timedelta(minutes=28, milliseconds=1), TimeLeft(119, can_be_extended=True)),
        (timedelta(0), timedelta(minutes=31), TimeLeft(0, can_be_extended=True)),
        (
            timedelta(hours=11, minutes=29),
            timedelta(hours=11, minutes=57),
            TimeLeft(120, can_be_extended=True),
        ),
        (
            timedelta(hours=11, minutes=50),
            timedelta(hours=11, minutes=58),
            TimeLeft(120, can_be_extended=False),
        ),
    ],
)
def test_a_session_says_how_long_is_left_and_whether_use_would_help(seen, now, left):
    session = replace(PASSWORD_ONLY, last_seen_at=NOW + seen)

    assert session.time_left(LIMITS, NOW + now) == left


@pytest.mark.parametrize(
    ("seen", "now", "end"),
    [
        (timedelta(0), timedelta(minutes=29, seconds=59), None),
        (timedelta(0), timedelta(minutes=30), SessionEnd.IDLE),
        (timedelta(hours=11, minutes=50), timedelta(hours=11, minutes=59), None),
        (timedelta(hours=11, minutes=50), timedelta(hours=12), SessionEnd.TOO_OLD),
    ],
)
def test_a_session_ends_when_idle_or_too_old(seen, now, end):
    session = replace(PASSWORD_ONLY, last_seen_at=NOW + seen)

    assert session.end(LIMITS, NOW + now) is end


@pytest.mark.parametrize(
    ("session", "enrolled", "minutes", "fresh"),
    [
        (PASSWORD_ONLY, False, 4, True),
        (PASSWORD_ONLY, False, 5, False),
        (PASSWORD_ONLY, True, 0, False),
        (WITH_TOTP, True, 4, True),
        (WITH_TOTP, True, 5, False),
    ],
)
def test_a_proof_is_fresh_for_five_minutes(session, enrolled, minutes, fresh):
    now = NOW + timedelta(minutes=minutes)

    assert session.is_freshly_proven(enrolled=enrolled, now=now) is fresh


@pytest.mark.parametrize(
    ("password", "totp", "fresh"),
    [
        (timedelta(minutes=1), timedelta(minutes=1), True),
        (timedelta(minutes=1, seconds=1), timedelta(0), False),
        (timedelta(0), timedelta(minutes=1, seconds=1), False),
        (timedelta(hours=1), timedelta(hours=1), False),
    ],
)
def test_a_proof_that_is_further_ahead_than_clocks_differ_is_not_fresh(password, totp, fresh):
    session = replace(PASSWORD_ONLY, password_proven_at=NOW + password, totp_proven_at=NOW + totp)

    assert session.is_freshly_proven(enrolled=True, now=NOW) is fresh
