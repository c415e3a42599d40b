from datetime import UTC, datetime, timedelta

import pytest

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailProgress, MailState, TrailedState

QUEUED_AT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
REPORTED_AT = QUEUED_AT + timedelta(minutes=3)
NEXT_TRY_AT = REPORTED_AT + timedelta(minutes=5)
EXPIRES_AT = QUEUED_AT + timedelta(hours=24)


@pytest.fixture
def trailed():
    def make(state, reply=None, *, reported_at=REPORTED_AT, next_try_at=None):
        return TrailedState(state, reply, QUEUED_AT, EXPIRES_AT, reported_at, next_try_at)

    return make


def test_a_mail_without_a_report_is_queued_since_it_was_stated(trailed):
    mail = trailed(MailState.QUEUED, reported_at=None)

    assert mail.progress(REPORTED_AT) == MailProgress(MailState.QUEUED, QUEUED_AT)


def test_a_delivered_mail_has_no_hitch_whatever_was_replied(trailed):
    mail = trailed(MailState.DELIVERED, "250 2.0.0 Ok: queued as 4D1F2")

    assert mail.progress(REPORTED_AT) == MailProgress(MailState.DELIVERED, REPORTED_AT)


@pytest.mark.parametrize("state", [MailState.REFUSED, MailState.BOUNCED])
def test_a_mail_that_will_not_come_says_why(trailed, state):
    mail = trailed(state, "552 5.2.2 Mailbox full")

    assert mail.progress(REPORTED_AT) == MailProgress(state, REPORTED_AT, MailHitch.MAILBOX_FULL)


@pytest.mark.parametrize(("now", "promised"), [(REPORTED_AT, NEXT_TRY_AT), (NEXT_TRY_AT, None)])
def test_a_next_try_is_promised_only_while_it_is_to_come(trailed, now, promised):
    mail = trailed(MailState.DEFERRED, "451 4.7.1 Greylisted", next_try_at=NEXT_TRY_AT)

    progress = MailProgress(MailState.DEFERRED, REPORTED_AT, MailHitch.BUSY, promised)
    assert mail.progress(now) == progress


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.DEFERRED])
def test_a_mail_under_way_is_too_late_when_it_expires_though_nobody_reported_it(trailed, state):
    mail = trailed(state)

    assert mail.progress(EXPIRES_AT - timedelta(seconds=1)).state is state
    assert mail.progress(EXPIRES_AT) == MailProgress(MailState.EXPIRED, EXPIRES_AT)


@pytest.mark.parametrize("state", MailState)
def test_only_a_mail_that_did_not_arrive_can_no_longer_change_by_itself(trailed, state):
    settled = trailed(state).progress(REPORTED_AT).is_settled

    assert settled == (state in (MailState.REFUSED, MailState.EXPIRED, MailState.BOUNCED))
