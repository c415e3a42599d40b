"""What `dnr-mailer check` says of bounces and answers."""

import pytest

from mailer_service.checking.findings import Verdict
from mailer_service.checking.way_back import way_back_findings
from tests.integration.mailer.checking.domain import BOUNCES, DOMAIN, HELO, SENDING


@pytest.fixture
def look(name_servers, make_identity):
    def look_at(**changes):
        return list(way_back_findings(name_servers, make_identity(**changes)))

    return look_at


def test_all_is_well_where_both_domains_take_mail(look):
    assert [finding.sentence for finding in look()] == [
        f"MX: mail to {DOMAIN} goes to {HELO}.",
        f"MX: mail to {BOUNCES} goes to {HELO}.",
    ]


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        ([], "it has no MX record: bounces are lost"),
        (["0 ."], "a null MX"),
        (["10 gone.nachregister.example."], "gone.nachregister.example has no address"),
    ],
)
def test_bounces_that_would_be_lost_are_told(zone, look, servers, words):
    zone.set(BOUNCES, "MX", *servers)

    from_finding, bounce_finding = look()

    assert from_finding.verdict is Verdict.OK
    assert (bounce_finding.verdict, words in bounce_finding.sentence) == (Verdict.WRONG, True)


def test_an_address_that_stands_in_for_an_mx_record_is_a_warning(zone, look):
    zone.set(BOUNCES, "MX")
    zone.set(BOUNCES, "A", SENDING)

    assert look()[1].verdict is Verdict.WARNING


def test_one_of_several_mail_servers_is_enough(zone, look):
    zone.set(BOUNCES, "MX", "5 gone.nachregister.example.", f"10 {HELO}.")

    assert look()[1].verdict is Verdict.OK


def test_a_sender_that_takes_no_mail_is_wrong(zone, look):
    zone.set(DOMAIN, "MX", "0 .")

    first = look()[0]

    assert first.verdict is Verdict.WRONG
    assert "receivers refuse" in first.sentence


def test_without_a_bounce_domain_bounces_reach_nobody_of_us(look):
    last = look(bounce_domain=None, envelope_sender=f"noreply@{DOMAIN}")[-1]

    assert last.verdict is Verdict.WARNING
    assert "MAIL_BOUNCE_DOMAIN" in last.advice
