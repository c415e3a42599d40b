"""What `dnr-mailer check` says of SPF."""

import pytest

from mailer_service.checking.findings import Verdict
from mailer_service.checking.name_servers import told_apart
from mailer_service.checking.sender_policy import spf_findings
from tests.integration.mailer.checking.domain import BOUNCES, HELO, SENDING, STRANGER


@pytest.fixture
def look(name_servers, identity):
    def look_at(helo=HELO, sending=(SENDING,)):
        findings = spf_findings(name_servers, identity.envelope_sender, helo=helo, sending=sending)
        return list(told_apart("SPF", findings))

    return look_at


def test_all_is_well_where_the_records_let_the_relay_and_nobody_else_send(look):
    findings = look()

    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert [finding.sentence for finding in findings] == [
        f"SPF: the record of {BOUNCES} is valid, refuses all others (-all) and needs 0 of 10 look-ups.",
        f"SPF: {BOUNCES} lets {SENDING} send.",
        f"SPF: {SENDING} may introduce itself as {HELO}.",
    ]


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ([], Verdict.WRONG, "has no record"),
        (["google-site-verification=x"], Verdict.WRONG, "has no record"),
        (["v=spf1 -all", "v=spf1 ~all"], Verdict.WRONG, "Two or more"),
        (["v=spf1 ip4:192.0.2.999 -all"], Verdict.WRONG, "not valid"),
        (["v=spf1 ipv4:192.0.2.25 -all"], Verdict.WRONG, "not valid"),
        (["v=spf1 " + "a:mail.nachregister.example " * 11 + "-all"], Verdict.WRONG, "Too many DNS lookups"),
        (["v=spf1 a:x1.example a:x2.example a:x3.example -all"], Verdict.WRONG, "find nothing"),
        (["v=spf1 include:gone.example -all"], Verdict.WRONG, "not valid"),
        (["v=spf1 +all"], Verdict.WRONG, "lets everybody send"),
        (["v=spf1 ip4:192.0.2.25 ?all"], Verdict.WARNING, "says nothing about all other senders"),
        (["v=spf1 ip4:192.0.2.25"], Verdict.WARNING, "says nothing about all other senders"),
        (["v=spf1 ip4:192.0.2.25 ~all"], Verdict.OK, "(~all)"),
        (["v=spf1 a:mail.nachregister.example -all"], Verdict.OK, "needs 1 of 10"),
        (["v=spf1 include:silent.example -all"], Verdict.UNKNOWN, "no answer about silent.example"),
    ],
)
def test_the_record_of_the_envelope_is_judged_as_receivers_do(zone, look, records, verdict, words):
    zone.silent.add("silent.example")
    zone.set(BOUNCES, "TXT", *records)

    first = look()[0]

    assert (first.verdict, words in first.sentence) == (verdict, True), first.sentence


def test_what_to_publish_names_every_address_of_the_relay(zone, look):
    zone.set(BOUNCES, "TXT")

    advice = look(sending=(SENDING, "2001:db8::25"))[0].advice

    assert advice.endswith(f"{BOUNCES}: v=spf1 ip4:{SENDING} ip6:2001:db8::25 -all")


def test_each_address_that_may_not_send_is_wrong(look):
    findings = look(sending=(SENDING, STRANGER))

    wrong = [finding for finding in findings if STRANGER in finding.sentence]
    assert {finding.verdict for finding in wrong} == {Verdict.WRONG}
    assert "does not let 198.51.100.7 send (fail)" in wrong[0].sentence
    assert "may not introduce itself as mail.nachregister.example" in wrong[1].sentence


def test_without_an_address_whether_it_passes_is_left_open(look):
    findings = look(sending=())

    assert [finding.verdict for finding in findings] == [Verdict.OK, Verdict.NOTE]
    assert "can't be told without the address" in findings[1].sentence


def test_a_relay_whose_name_is_not_known_is_asked_for(look):
    assert "--helo" in look(helo=None)[-1].advice


def test_a_name_of_the_relay_without_a_record_is_a_warning(zone, look):
    zone.set(HELO, "TXT")

    last = look()[-1]

    assert last.verdict is Verdict.WARNING
    assert "v=spf1 a -all" in last.advice


def test_name_servers_that_keep_silent_are_no_missing_record(zone, look):
    zone.silent.add(BOUNCES)

    findings = look()

    assert [finding.verdict for finding in findings] == [Verdict.UNKNOWN]
    assert f"no answer about {BOUNCES}" in findings[0].sentence
