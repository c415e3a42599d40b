"""The search for secrets finds what it should: without that, finding nothing would mean nothing."""

import base64
import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.faults.full_journey import MISTYPED_CODE, PASSWORDS
from tests.faults.secrets_search import traces

Write = Callable[[str], bytes]


def in_base64(user: str) -> Write:
    """As Basic authentication writes it; where the secret begins depends on the name before it."""
    return lambda secret: base64.b64encode(f"{user}:{secret}!".encode())


@pytest.mark.parametrize(
    "written",
    [
        lambda secret: f"inloggen met {secret}".encode(),
        lambda secret: secret.upper().encode(),
        lambda secret: urlencode({"wachtwoord": secret}).encode(),
        lambda secret: json.dumps({"wachtwoord": secret}).encode(),
        lambda secret: json.dumps({"wachtwoord": secret}, ensure_ascii=False).encode(),
        lambda secret: json.dumps({"event": repr({"wachtwoord": secret})}).encode(),
        lambda secret: json.dumps({"event": json.dumps({"wachtwoord": secret})}).encode(),
        lambda secret: repr(secret.encode()).encode(),
        lambda secret: secret.encode().hex().encode(),
        in_base64("j"),
        in_base64("jo"),
        in_base64("jan"),
        lambda secret: base64.urlsafe_b64encode(f"jan:{secret}".encode()),
    ],
)
@pytest.mark.parametrize("secret", [*PASSWORDS, MISTYPED_CODE])
def test_the_search_finds_a_secret_however_it_was_written_down(secret: str, written: Write) -> None:
    kept = {"somewhere": b"before " + written(secret) + b" behind"}

    assert traces([secret], kept)
    assert not traces([secret[::-1]], kept)
