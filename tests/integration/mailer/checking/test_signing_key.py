"""What `dnr-mailer check` says of DKIM."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from mailer_service.checking.findings import Verdict
from mailer_service.checking.signing_key import dkim_findings, record_for
from tests.integration.mailer.checking.domain import DOMAIN, KEY_NAME, SELECTOR

OTHER = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


@pytest.fixture
def look(name_servers, identity):
    def look_at(selector=SELECTOR, ours=identity.dkim_key):
        return list(dkim_findings(name_servers, DOMAIN, selector=selector, ours=ours))

    return look_at


@pytest.fixture(scope="module")
def rsa_keys():
    return {bits: rsa.generate_private_key(65537, bits) for bits in (1024, 2048)}


def test_a_published_key_that_fits_ours_is_well(look):
    (finding,) = look()

    assert finding.verdict is Verdict.OK
    assert finding.sentence == f"DKIM: the key at {KEY_NAME} (RSA, 2048 bits) fits ours."


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], "no keys"),
        ([OTHER, f"{OTHER}; n=2"], "2 keys"),
        ([OTHER], "not the public half of DKIM_PRIVATE_KEY"),
        (["v=DKIM1; p="], "withdrawn"),
        (["v=DKIM2; k=ed25519; p=AAAA"], "version"),
        (["v=DKIM1; k=ed25519; p=AAAA"], "no such key"),
        (["v=DKIM1; p=//no base64//"], "no such key"),
        (["v=DKIM1; k=dsa; p=AAAA"], "neither RSA nor Ed25519"),
        ([f"{OTHER}; s=tlsrpt"], "not for mail"),
        ([f"{OTHER}; h=sha1"], "SHA-256"),
        (["v=DKIM1; p=AAAA; p=BBBB"], "twice"),
        (["v=DKIM1; p=AAAA; k"], "no tag=value"),
    ],
)
def test_a_record_that_no_receiver_can_use_is_wrong_and_the_right_one_is_told(
    zone, look, identity, records, words
):
    zone.set(KEY_NAME, "TXT", *records)

    (finding,) = look()

    assert (finding.verdict, words in finding.sentence) == (Verdict.WRONG, True), finding.sentence
    assert finding.advice == f"Publish a TXT record at {KEY_NAME}: {record_for(identity.dkim_key)}"


@pytest.mark.parametrize(("bits", "verdict"), [(1024, Verdict.WRONG), (2048, Verdict.OK)])
def test_an_rsa_key_must_be_long_enough(zone, look, rsa_keys, bits, verdict):
    ours = rsa_keys[bits].public_key()
    zone.set(KEY_NAME, "TXT", record_for(ours))

    (finding,) = look(ours=ours)

    assert finding.verdict is verdict
    assert f"{bits} bits" in finding.sentence


@pytest.mark.parametrize(("record", "kind"), [(None, "RSA, 2048 bits"), (OTHER, "Ed25519")])
def test_the_key_of_a_relay_that_signs_needs_only_be_usable(zone, look, record, kind):
    if record is not None:
        zone.set(KEY_NAME, "TXT", record)

    (finding,) = look(ours=None)

    assert finding.sentence.endswith(f"({kind}) can be used.")


def test_a_key_that_is_only_tried_out_is_a_warning(zone, look, identity):
    zone.set(KEY_NAME, "TXT", f"{record_for(identity.dkim_key)}; t=y")

    assert [finding.verdict for finding in look()] == [Verdict.OK, Verdict.WARNING]


def test_without_a_selector_whether_anybody_signs_is_left_open(look):
    (finding,) = look(selector=None, ours=None)

    assert finding.verdict is Verdict.WARNING
    assert "--dkim-selector" in finding.advice
