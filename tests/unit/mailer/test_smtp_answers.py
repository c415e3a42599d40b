import pytest

from mailer_service.sending.smtp_answers import LONGEST_REPLY, Deferred, Delivered, Refused, answer_of


@pytest.mark.parametrize(
    ("code", "kind"),
    [(250, Delivered), (251, Delivered), (421, Deferred), (451, Deferred), (550, Refused), (571, Refused)],
)
def test_the_class_of_a_reply_decides(code, kind):
    assert answer_of(code, "words") == kind(f"{code} words")


@pytest.mark.parametrize("code", [-1, 0, 354, 600])
def test_a_reply_that_makes_no_sense_means_later(code):
    assert isinstance(answer_of(code, "?"), Deferred)


def test_a_reply_becomes_one_short_line_that_can_be_stored():
    # aiosmtplib gives bytes that are no UTF-8 as lone surrogates, which JSON refuses.
    reply = answer_of(550, "5.1.1 no\n such\x00 user \udcff" + "x" * 1000).reply

    assert reply.startswith("550 5.1.1 no such user x")
    assert len(reply) == LONGEST_REPLY
    assert reply.encode()


def test_a_code_that_a_server_quotes_is_cut_out():
    code = "08783E884a2f59f2cf1108c566a33353518e775d44310341"

    reply = answer_of(554, f"5.7.1 URL https://inloggen.example.nl/activeren#code={code} is blocked").reply

    assert reply == "554 5.7.1 URL https://inloggen.example.nl/activeren#code=… is blocked"
