from datetime import UTC, datetime, timedelta

import pytest

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import WITH_HITCH, MailProgress, MailState
from auth_service.accounts.places import Gemeente
from auth_service.flows.registration_progress import Progress
from auth_service.web import mail_progress_nl
from auth_service.web.mail_progress_nl import Tone, news_of

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
AT = datetime(2026, 11, 23, 13, 3, tzinfo=UTC)
SENDER = "noreply@dnr.example"
ZEEDORP = Gemeente("GM9901", "Zeedorp", "help@zeedorp.example", "0228 123 456", None, participating=True)
EVERY_MAIL = [
    MailProgress(state, AT, hitch, next_try_at)
    for state in MailState
    for hitch in (MailHitch if state in WITH_HITCH else [None])
    for next_try_at in ([None, NOW + timedelta(minutes=5)] if state is MailState.DEFERRED else [None])
]


def told(mail, gemeente=ZEEDORP):
    (news,) = news_of(Progress("jan@dezon.example", gemeente, [mail], NOW), SENDER)
    return news


@pytest.mark.parametrize("mail", EVERY_MAIL, ids=str)
def test_every_state_and_every_hitch_has_its_sentences(mail):
    news = told(mail)

    for text in (news.headline, news.advice):
        assert text.endswith(".")
        assert not set("{}") & set(text)
    assert news.in_short.startswith("Om 14.03 uur: ")


@pytest.mark.parametrize("table", ["TONES", "HEADLINES", "IN_SHORT"])
def test_no_state_is_forgotten(table):
    assert set(getattr(mail_progress_nl, table)) == set(MailState)


@pytest.mark.parametrize("table", ["WHY_LATE", "WHY_NEVER"])
def test_no_hitch_is_forgotten(table):
    assert set(getattr(mail_progress_nl, table)) == set(MailHitch)


def test_a_handed_over_mail_says_when():
    news = told(MailProgress(MailState.DELIVERED, AT))

    assert (news.tone, news.headline) == (Tone.DONE, "De e-mail is om 14.03 uur verstuurd.")


def test_another_day_is_named():
    news = told(MailProgress(MailState.DELIVERED, AT - timedelta(days=2)))

    assert news.headline == "De e-mail is op 21 november om 14.03 uur verstuurd."
    assert news.in_short == "Op 21 november om 14.03 uur: verstuurd"


@pytest.mark.parametrize(
    ("next_try_at", "sentence"),
    [
        (NOW + timedelta(minutes=5), "We proberen het om 14.10 uur opnieuw."),
        (NOW + timedelta(hours=16), "We proberen het op 24 november om 6.05 uur opnieuw."),
        (None, "We proberen het zo opnieuw."),
    ],
)
def test_a_late_mail_says_when_it_is_tried_again(next_try_at, sentence):
    news = told(MailProgress(MailState.DEFERRED, AT, MailHitch.BUSY, next_try_at))

    assert sentence in news.advice


def test_a_mail_that_stopped_on_our_side_says_whom_to_ask():
    news = told(MailProgress(MailState.REFUSED, AT, MailHitch.NOT_SENT))

    assert "de gemeente Zeedorp: help@zeedorp.example of 0228 123 456." in news.advice
