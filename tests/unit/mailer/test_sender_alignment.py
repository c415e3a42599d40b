"""SPF of the envelope sender helps a mail only where From has the same organisational domain."""

import pytest

from mailer_service.writing.sender_alignment import alignment_trouble, share_an_organisation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("example.nl", "example.nl"),
        ("example.nl", "bounce.example.nl"),
        ("mail.example.nl", "bounce.example.nl"),
        ("Example.NL", "bounce.example.nl."),
        ("localhost", "localhost"),
    ],
)
def test_domains_of_one_organisation_align_both_ways(one, other):
    assert share_an_organisation(one, other)
    assert share_an_organisation(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("example.nl", "example.com"),
        ("example.nl", "notexample.nl"),
        ("example.nl", "example.nl.evil.example"),
        ("zeedorp.nl", "nachregister.nl"),
    ],
)
def test_domains_of_two_organisations_do_not(one, other):
    assert not share_an_organisation(one, other)
    assert not share_an_organisation(other, one)


def test_the_operator_is_told_which_two_and_what_to_set():
    sentence = alignment_trouble("example.nl", "bounces.provider.example")

    assert sentence is not None
    assert "from example.nl leave" in sentence
    assert "at bounces.provider.example" in sentence
    assert "set MAIL_BOUNCE_DOMAIN to a domain below example.nl" in sentence
