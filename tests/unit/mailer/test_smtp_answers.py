import pytest

from mailer_service.sending.smtp_answers import (
    Deferred,
    Delivered,
    Doubt,
    Refused,
    RelayDown,
    answer_of,
)
from mailer_service.words_of_others import LONGEST


@pytest.mark.parametrize(
    ("code", "text", "answer"),
    [
        (250, "2.0.0 Ok", Delivered("250 2.0.0 Ok")),
        (451, "4.3.0 Later", Deferred("451 4.3.0 Later")),
        (450, "4.2.0 Try again in 5 minutes", Deferred("450 4.2.0 Try again in 5 minutes", wait_seconds=300)),
        (421, "4.4.2 Bye", Deferred("421 4.4.2 Bye", doubt=Doubt.RELAY)),
        (550, "5.7.26 SPF", Deferred("550 5.7.26 SPF", doubt=Doubt.OURS)),
        (554, "5.7.1 Spam", Refused("554 5.7.1 Spam")),
        (550, "5.1.1 Unknown", Refused("550 5.1.1 Unknown", address_unusable=True)),
        (530, "5.7.0 Log in first", RelayDown("530 5.7.0 Log in first", our_fault=True)),
    ],
)
def test_the_meaning_of_a_reply_says_what_to_do_next(code, text, answer):
    assert answer_of(code, text) == answer


@pytest.mark.parametrize("code", [-1, 0, 354, 600])
def test_a_reply_that_makes_no_sense_means_later(code):
    assert isinstance(answer_of(code, "?"), Deferred)


def test_a_status_on_a_later_line_of_a_reply_comes_first():
    reply = answer_of(550, "mx.example\n5.1.1 No such user\n5.1.1 here").reply

    assert reply == "550 5.1.1 No such user 5.1.1 here mx.example"


def test_a_reply_becomes_one_short_line_that_can_be_stored():
    # aiosmtplib gives bytes that are no UTF-8 as lone surrogates, which JSON refuses.
    reply = answer_of(550, "5.1.1 no\n such\x00 user \udcff" + "x" * 1000).reply

    assert reply.startswith("550 5.1.1 no such user x")
    assert len(reply) == LONGEST
    assert reply.encode()


@pytest.mark.parametrize(
    ("quoted", "left"),
    [
        ("08783E884a2f59f2cf1108c566a33353518e775d44310341", "…"),
        ("08783e884a2f59f2cf1108c566a33353518e7", "…"),
        ("08783e884a2f\n59f2cf1108c566a33353518e775d44310341", "08783e884a2f …"),
    ],
    ids=["whole", "cut off", "wrapped"],
)
def test_a_code_that_a_server_quotes_is_cut_out(quoted, left):
    reply = answer_of(554, f"5.7.1 URL https://inloggen.example.nl/activeren#code={quoted} is blocked").reply

    assert reply == f"554 5.7.1 URL https://inloggen.example.nl/activeren#code={left} is blocked"
