"""The keys that sign what applications are told: ES256 private keys in PEM, of which the first signs."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

BLOCK = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----.*?-----END (?P=label)-----", re.DOTALL)
# What `openssl ecparam -genkey` writes before the key.
NO_KEY = "EC PARAMETERS"
CURVE = SECP256R1.name


def read_signing_keys(value: object) -> object:
    """PEM blocks one after another; line ends may be written as \\n, for environments of one line each.

    Raises ValueError, never with anything of a key: the sentence ends up in a log.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\\n", "\n")
    if BLOCK.sub("", text).strip():
        raise ValueError("must hold private keys in PEM, and nothing beside them")
    keys = tuple(block[0] for block in BLOCK.finditer(text) if block["label"] != NO_KEY)
    for position, key in enumerate(keys, start=1):
        try:
            signing_key(key)
        except ValueError as error:
            raise ValueError(f"key {position} {error}") from None
    return keys


def signing_key(pem: str) -> EllipticCurvePrivateKey:
    """Raises ValueError with what is wrong with it."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("is not a private key in PEM without a password") from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name != CURVE:
        raise ValueError("is not for ES256, which takes the curve P-256")
    return key
