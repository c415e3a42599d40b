"""What `dnr-mailer check` says of DMARC."""

import pytest

from mailer_service.checking.dmarc_records import walk
from mailer_service.checking.findings import Verdict
from mailer_service.checking.receiver_policy import dmarc_findings
from tests.integration.mailer.checking.domain import BOUNCES, DMARC_NAME, DOMAIN

REPORTS = f"rua=mailto:dmarc@{DOMAIN}"


@pytest.fixture
def look(name_servers, make_identity):
    def look_at(**changes):
        return list(dmarc_findings(name_servers, make_identity(**changes)))

    return look_at


@pytest.mark.parametrize("policy", ["reject", "quarantine"])
def test_a_policy_that_keeps_forgeries_out_is_well(zone, look, policy):
    zone.set(DMARC_NAME, "TXT", f"v=DMARC1; p={policy}; {REPORTS}")

    (finding,) = look()

    assert finding.verdict is Verdict.OK
    assert finding.sentence == f"DMARC: {DMARC_NAME} asks to {policy} what is not from {DOMAIN}."


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ([], Verdict.WRONG, "has no record"),
        (["v=spf1 -all"], Verdict.WRONG, "has no record"),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], Verdict.WRONG, "there are 2 records"),
        (["v=DMARC1; p=reject; oops"], Verdict.WRONG, "can't be read"),
        (["v=DMARC1; p=rejected"], Verdict.WRONG, "no valid policy"),
        (["v=DMARC1; rua=mailto:x@nachregister.example"], Verdict.WRONG, "no valid policy"),
        ([f"v=DMARC1; p=none; {REPORTS}"], Verdict.WARNING, "asks for nothing"),
    ],
)
def test_a_record_that_protects_nobody_is_told(zone, look, records, verdict, words):
    zone.set(DMARC_NAME, "TXT", *records)

    first = look()[0]

    assert (first.verdict, words in first.sentence) == (verdict, True), first.sentence


@pytest.mark.parametrize(
    ("tags", "verdict", "words"),
    [
        (f"{REPORTS}; pct=50; ri=86400", Verdict.WARNING, "has pct and ri, which RFC 9989 dropped"),
        (f"{REPORTS}; t=y", Verdict.WARNING, "is a test"),
        (f"{REPORTS}; aspf=s", Verdict.WARNING, "only DKIM can pass"),
        ("adkim=r", Verdict.NOTE, "asks for no reports"),
    ],
)
def test_what_weakens_a_policy_is_told_beside_it(zone, look, tags, verdict, words):
    zone.set(DMARC_NAME, "TXT", f"v=DMARC1; p=reject; {tags}")

    policy, weakness = look()

    assert policy.verdict is Verdict.OK
    assert (weakness.verdict, words in weakness.sentence) == (verdict, True), weakness.sentence


def test_a_strict_envelope_is_no_harm_where_it_is_the_domain_of_from(zone, look):
    zone.set(DMARC_NAME, "TXT", f"v=DMARC1; p=reject; {REPORTS}; aspf=s")

    findings = look(envelope_sender=f"noreply@{DOMAIN}")

    assert [finding.verdict for finding in findings] == [Verdict.OK]


@pytest.mark.parametrize(
    ("above", "verdict", "words"),
    [
        (f"v=DMARC1; p=reject; {REPORTS}", Verdict.OK, "asks to reject"),
        (f"v=DMARC1; p=reject; sp=none; {REPORTS}", Verdict.WARNING, "asks for nothing"),
        (f"v=DMARC1; p=none; sp=quarantine; {REPORTS}", Verdict.OK, "asks to quarantine"),
    ],
)
def test_a_domain_without_a_record_has_that_of_the_domain_above_it(zone, look, above, verdict, words):
    zone.set(DMARC_NAME, "TXT", above)

    (finding,) = look(from_domain=f"post.{DOMAIN}")

    assert finding.verdict is verdict
    assert words in finding.sentence


def test_the_walk_up_ends_below_a_public_suffix(zone, look):
    zone.set("_dmarc.example", "TXT", f"v=DMARC1; p=none; psd=y; {REPORTS}")

    (finding,) = look(from_domain=f"post.{DOMAIN}")

    assert DMARC_NAME in finding.sentence


def test_the_walk_up_ends_at_an_organisation_that_says_so(zone, look):
    zone.set(f"_dmarc.post.{DOMAIN}", "TXT", f"v=DMARC1; p=none; psd=n; {REPORTS}")

    finding = look(from_domain=f"zeedorp.post.{DOMAIN}")[0]

    assert f"_dmarc.post.{DOMAIN}" in finding.sentence


def test_an_envelope_of_another_organisation_leaves_only_the_signature(zone, look):
    zone.set(DMARC_NAME, "TXT")
    zone.set(f"_dmarc.post.{DOMAIN}", "TXT", f"v=DMARC1; p=reject; {REPORTS}")

    policy, envelope = look(from_domain=f"post.{DOMAIN}")

    assert policy.verdict is Verdict.OK
    assert envelope.verdict is Verdict.WARNING
    assert f"{BOUNCES} is of {BOUNCES} and post.{DOMAIN} of post.{DOMAIN}" in envelope.sentence


def test_a_broken_record_of_the_envelope_is_told(zone, look):
    zone.set(f"_dmarc.{BOUNCES}", "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject")

    last = look()[-1]

    assert last.verdict is Verdict.WRONG
    assert f"2 records at _dmarc.{BOUNCES}" in last.sentence


def test_of_a_long_name_labels_are_skipped():
    names = list(walk("a.b.c.d.e.f.g.h.mail.example.nl"))

    assert names[:2] == ["a.b.c.d.e.f.g.h.mail.example.nl", "e.f.g.h.mail.example.nl"]
    assert names[-1] == "nl"
    assert len(names) == 8
