"""When single replies add up to something that concerns all mails."""

import pytest

from mailer_service.sending.reply_evidence import WINDOW_SECONDS, ReplyEvidence
from mailer_service.sending.smtp_answers import Ambiguous, Deferred, Delivered, Doubt, Refused, RelayDown

BUSY = Deferred("450 4.3.2 Busy", doubt=Doubt.RELAY)
LOST = Ambiguous("no answer")
SPF = Deferred("550 5.7.23 SPF", doubt=Doubt.OURS)


@pytest.fixture
def evidence():
    return ReplyEvidence()


@pytest.mark.parametrize("answer", [BUSY, LOST])
def test_the_third_complaint_of_the_relay_in_a_row_is_the_relay_being_down(evidence, answer):
    verdicts = [evidence.weigh(answer, "a@b.example", 0.0) for _ in range(3)]

    assert verdicts == [None, None, RelayDown(answer.reply)]


@pytest.mark.parametrize("between", [Delivered("250"), Refused("550"), Deferred("451 4.7.1 Greylisted")])
def test_any_other_answer_between_clears_the_relay(evidence, between):
    answers = [BUSY, BUSY, between, BUSY, BUSY]

    assert {evidence.weigh(answer, "a@b.example", 0.0) for answer in answers} == {None}


def test_the_third_receiving_domain_that_blames_us_makes_it_our_fault(evidence):
    recipients = ["a@one.example", "b@ONE.example", "a@two.example", "a@three.example"]

    verdicts = [evidence.weigh(SPF, recipient, 0.0) for recipient in recipients]

    assert verdicts == [None, None, None, RelayDown("550 5.7.23 SPF", our_fault=True)]


def test_mails_that_arrive_elsewhere_do_not_clear_us(evidence):
    evidence.weigh(SPF, "a@one.example", 0.0)
    evidence.weigh(SPF, "a@two.example", 1.0)
    evidence.weigh(Delivered("250"), "a@four.example", 2.0)

    assert evidence.weigh(SPF, "a@three.example", 3.0) is not None


def test_what_was_said_more_than_an_hour_ago_counts_no_more(evidence):
    evidence.weigh(SPF, "a@one.example", 0.0)
    evidence.weigh(SPF, "a@two.example", 10.0)

    assert evidence.weigh(SPF, "a@three.example", WINDOW_SECONDS + 5.0) is None


def test_once_it_is_our_fault_it_takes_three_more_domains_to_say_so_again(evidence):
    for domain in ("one", "two", "three"):
        evidence.weigh(SPF, f"a@{domain}.example", 0.0)

    assert evidence.weigh(SPF, "a@four.example", 1.0) is None
