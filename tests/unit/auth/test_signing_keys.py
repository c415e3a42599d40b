"""The keys of assertions, as an operator may write them, and what no key may look like."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from auth_service.config import WebSettings
from auth_service.signing_keys import read_signing_keys, signing_key
from auth_service.web.gateway.assertions import thumbprint
from shared.settings import SettingsWrong, load

PARAMETERS = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
REQUIRED = {
    "DATABASE_URL": "postgresql://dnr:x@127.0.0.1:1/dnr",
    "MESSAGE_SEALING_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
    "SEALING_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
    "PUBLIC_URL": "https://inloggen.example.nl",
    "MAIL_FROM": "noreply@example.nl",
}


def pem(key, form=PrivateFormat.PKCS8, encryption=None):
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
OLD_FORM = PrivateFormat.TraditionalOpenSSL


@pytest.mark.parametrize(
    "text",
    [pem(KEY), pem(KEY, OLD_FORM), PARAMETERS + pem(KEY, OLD_FORM), pem(KEY).strip().replace("\n", "\\n")],
    ids=["as openssl genpkey writes it", "as openssl ecparam does", "with parameters", "in one line"],
)
def test_a_key_is_read(text):
    (read,) = read_signing_keys(text)

    assert signing_key(read).private_numbers() == KEY.private_numbers()


def test_several_keep_their_order():
    read = read_signing_keys(pem(OTHER) + "\n" + pem(KEY))

    assert [signing_key(key).private_numbers() for key in read] == [
        OTHER.private_numbers(),
        KEY.private_numbers(),
    ]


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_is_no_key(text):
    assert read_signing_keys(text) == ()


PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
BROKEN = pem(KEY).replace("M", "?")
WRONG = {
    "no PEM": ("c2VjcmV0", "must hold private keys in PEM, and nothing beside them"),
    "half a block": (pem(KEY)[:-20], "must hold private keys in PEM, and nothing beside them"),
    "something beside it": (pem(KEY) + "c2VjcmV0", "must hold private keys in PEM, and nothing beside them"),
    "a public key": (PUBLIC, "key 1 is not a private key in PEM without a password"),
    "a broken key": (pem(OTHER) + BROKEN, "key 2 is not a private key in PEM without a password"),
    "a password": (
        pem(KEY, encryption=BestAvailableEncryption(b"secret")),
        "key 1 is not a private key in PEM without a password",
    ),
    "another curve": (
        pem(ec.generate_private_key(ec.SECP384R1())),
        "key 1 is not for ES256, which takes the curve P-256",
    ),
    "a curve of the same size": (
        pem(ec.generate_private_key(ec.SECP256K1())),
        "key 1 is not for ES256, which takes the curve P-256",
    ),
    "RSA": (
        pem(rsa.generate_private_key(65537, 2048)),
        "key 1 is not for ES256, which takes the curve P-256",
    ),
    "Ed25519": (
        pem(OTHER) + pem(ed25519.Ed25519PrivateKey.generate()),
        "key 2 is not for ES256, which takes the curve P-256",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_a_sentence_without_the_key(monkeypatch, text, sentence):
    for name, value in {**REQUIRED, "GATEWAY_SIGNING_KEY": text}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsWrong) as wrong:
        load(WebSettings)

    assert str(wrong.value) == f"GATEWAY_SIGNING_KEY is wrong: {sentence}."


def test_a_key_is_named_as_the_standard_says():
    """RFC 7638 § 3: the SHA-256 of its required members alone, in this form."""
    point = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    hashed = (
        b'{"crv":"P-256","kty":"EC","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",'
        b'"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}'
    )

    named = thumbprint({**point, "alg": "ES256", "kid": "1"})

    assert base64.urlsafe_b64decode(f"{named}=") == hashlib.sha256(hashed).digest()
