"""DKIM signatures (RFC 6376), for who has no relay that signs.

rsa-sha256 only: many receivers don't verify Ed25519 (RFC 8463), and to them the mail would be unsigned.
dkimpy signs with RSA in Python alone, at over ten times the CPU of `cryptography`, and takes no other signer.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mailer_service.writing.mail_headers import HeaderField

# RFC 8301 § 3.2: signers should use 2048 bits at least.
SHORTEST_KEY_BITS = 2048
SIGNED = (
    "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
    # The mail as a whole has none: with one, some readers would decode the body twice.
    "Content-Transfer-Encoding", "Content-Language", "Auto-Submitted",
)  # fmt: skip
# Each once more than a mail has it: one that somebody adds breaks the signature (RFC 6376 § 5.4.2).
OVERSIGNED = ":\r\n ".join(f"{name}:{name}" for name in SIGNED)
FOLDING = re.compile(r"[ \t\r\n]+")
# Of base64 on a line of its own.
CHUNK = 72


def read_dkim_key(pem: str) -> RSAPrivateKey:
    """Line ends may be written as \\n, for environments of one line each.

    Raises ValueError, never with anything of the key: the sentence ends up in a log.
    """
    try:
        key = load_pem_private_key(pem.replace("\\n", "\n").encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("must be a private key in PEM without a password") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("must be an RSA key, because many receivers verify no other")  # noqa: TRY004
    if key.key_size < SHORTEST_KEY_BITS:
        raise ValueError(f"must have {SHORTEST_KEY_BITS} bits at least")
    return key


class DkimSigner:
    """Signs as `domain`, which must be that of From; the public key is in DNS at <selector>._domainkey."""

    def __init__(self, *, domain: str, selector: str, key: RSAPrivateKey) -> None:
        self._key = key
        # No t=: the same event must make the same bytes.
        self._tags = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n s={selector};\r\n h={OVERSIGNED};\r\n bh="
        )

    def signature(self, headers: Sequence[HeaderField], body: bytes) -> HeaderField:
        """The field to put in front. `headers` hold no name twice; `body` has CRLF line ends."""
        value = f"{self._tags}{base64_of(sha256(relaxed_body(body)).digest())};\r\n b="
        fields = {name: relaxed(name, field) for name, field in headers}
        signed = [fields[name] for name in SIGNED if name in fields]
        covered = "\r\n".join([*signed, relaxed("DKIM-Signature", value)])
        proof = base64_of(self._key.sign(covered.encode(), PKCS1v15(), SHA256()))
        folded = "\r\n ".join(proof[at : at + CHUNK] for at in range(0, len(proof), CHUNK))
        return ("DKIM-Signature", value + folded)


def relaxed(name: str, value: str) -> str:
    """RFC 6376 § 3.4.2, without the line end."""
    return f"{name.lower()}:{FOLDING.sub(' ', value).strip(' ')}"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 § 3.4.4."""
    lines = body.replace(b"\t", b" ")
    # A regular expression would stop at every blank, and take as long as a third of the signing.
    while b"  " in lines:
        lines = lines.replace(b"  ", b" ")
    lines = lines.replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return lines + b"\r\n" if lines else b""


def base64_of(data: bytes) -> str:
    return b64encode(data).decode()
