"""Another program verifies our signature, until somebody changes or adds what is read."""

from base64 import b64encode

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from dkim.canonicalization import Relaxed
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.writing.composing import Composer
from mailer_service.writing.dkim_signing import DkimSigner, read_dkim_key, relaxed_body
from mailer_service.writing.rendering import RenderedMail
from shared.mail_contract import fact_event
from shared.mail_facts import GemeenteContact, PasswordChanged

DOMAIN = "nachregister.example"
KEY = rsa.generate_private_key(65537, 2048)
RENDERED = RenderedMail("Bevestig uw e-mailadres, " * 6, "Tekst  één\t.\n" * 9, "<p>\n  Tekst één </p>\n" * 9)


def written(key, encryption=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()).decode()


def looked_up(name, timeout=5):
    """What DNS would say."""
    if name.rstrip(b".") != b"dnr2026._domainkey.nachregister.example":
        return None
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + b64encode(public)


def verified(content):
    return dkim.verify(content, dnsfunc=looked_up)


@pytest.fixture
def sign(event_id, make_fact):
    signer = DkimSigner(domain=DOMAIN, selector="dnr2026", key=KEY)
    composer = Composer(product="Nachtregister Één", sender=f"noreply@{DOMAIN}", signer=signer)

    def signed(**changes):
        fact = make_fact(PasswordChanged, **changes)
        return composer.compose(fact_event(event_id, fact), fact, RENDERED).content

    return signed


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"to": "rené@café.example"},
        {"gemeente": GemeenteContact(name="Zeedorp", email="loket@x..zeedorp")},
    ],
)
def test_another_program_verifies_the_signature(sign, changes):
    assert verified(sign(**changes))


def test_it_is_one_field_in_short_lines_before_all_others(sign):
    content = sign()

    assert content.startswith(
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=nachregister.example;"
    )
    assert content.count(b"DKIM-Signature") == 1
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_the_same_event_is_signed_with_the_same_bytes(sign):
    assert sign() == sign()


@pytest.mark.parametrize(
    "header",
    [b"From: boef@evil.example", b"To: a@b.example", b"Cc: a@b.example", b"Reply-To: a@b.example",
     b"Subject: x", b"Date: Mon, 23 Nov 2026 13:05:00 +0100", b"Message-ID: <x@y>", b"MIME-Version: 1.0",
     b"Content-Type: text/html", b"Content-Transfer-Encoding: base64", b"Content-Language: en",
     b"Auto-Submitted: no"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["before", "after"])
def test_no_header_that_matters_can_be_added(sign, header, where):
    content = sign(gemeente=GemeenteContact(name="Zeedorp", email="loket@x..zeedorp"))
    head, body = content.split(b"\r\n\r\n", 1)

    added = header + b"\r\n" + head if where == "before" else head + b"\r\n" + header

    assert not verified(added + b"\r\n\r\n" + body)


@pytest.mark.parametrize("read", [b"Tekst", b"Bevestig", b"info@pensiondezon", b"23 Nov", b"auto-generated"])
def test_nothing_that_is_read_can_be_changed(sign, read):
    content = sign()

    changed = content.replace(read, read.swapcase())

    assert changed != content
    assert not verified(changed)


def test_blanks_that_a_relay_changes_do_no_harm(sign):
    content = sign()

    folded_anew = (
        content.replace(b"\r\n boundary=", b"\r\n\t\tboundary=").replace(b"To: ", b"To:  ") + b"\r\n\r\n"
    )

    assert verified(folded_anew)


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"x", b"  y"]), max_size=20).map(b"".join))
def test_a_body_is_made_canonical_as_by_another_program(body):
    ended = body + b"\r\n"

    assert relaxed_body(ended) == Relaxed.canonicalize_body(ended)


def test_a_key_may_be_written_on_one_line():
    assert read_dkim_key(written(KEY).replace("\n", "\\n")).private_numbers() == KEY.private_numbers()


NO_PEM = "must be a private key in PEM without a password"
NOT_RSA = "must be an RSA key, because many receivers verify no other"


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        ("geheim", NO_PEM),
        (written(KEY, BestAvailableEncryption(b"x")), NO_PEM),
        (written(rsa.generate_private_key(65537, 1024)), "must have 2048 bits at least"),  # noqa: S505
        (written(ed25519.Ed25519PrivateKey.generate()), NOT_RSA),
        (written(ec.generate_private_key(ec.SECP256R1())), NOT_RSA),
    ],
    ids=["no PEM", "password", "short", "Ed25519", "EC"],
)
def test_a_key_that_does_not_do_is_refused_without_quoting_it(pem, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        read_dkim_key(pem)
