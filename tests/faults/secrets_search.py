"""Whether a secret is anywhere in what was kept, however it may have been written down."""

import base64
import html
import json
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, quote_plus

# Of three bytes base64 makes four characters, so that a text looks different at each of three places. At
# place n the first so many characters depend on what stands before it.
FOREIGN_CHARACTERS = (0, 2, 3)


def traces(secrets: Collection[str], kept: Mapping[str, bytes]) -> list[str]:
    """Where one of the secrets was found, and how it was written there; never the secret itself."""
    return [
        f"secret {number} as {form} in {place}"
        for number, secret in enumerate(secrets)
        for form, written in forms(secret)
        for place, content in kept.items()
        if written in content
    ]


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    for form, written in text_forms(secret):
        yield form, written.encode()
        # A log line is JSON, and what it holds may be JSON itself.
        yield f"{form}, in JSON", json.dumps(written)[1:-1].encode()
        yield f"{form}, in JSON in JSON", json.dumps(json.dumps(written)[1:-1])[1:-1].encode()


def text_forms(secret: str) -> Iterator[tuple[str, str]]:
    yield "plain", secret
    yield "capitals", secret.upper()
    yield "URL-quoted", quote(secret)
    yield "URL-quoted whole", quote(secret, safe="")
    yield "form-quoted", quote_plus(secret)
    yield "JSON with accents", json.dumps(secret, ensure_ascii=False)[1:-1]
    yield "HTML", html.escape(secret)
    yield "Python", repr(secret)[1:-1]
    yield "Python bytes", repr(secret.encode())[2:-1]
    yield "hexadecimal", secret.encode().hex()
    for place in range(3):
        written = base64.b64encode(bytes(place) + secret.encode()).decode()
        whole = (place + len(secret.encode())) * 8 // 6
        yield f"base64 at place {place}", written[FOREIGN_CHARACTERS[place] : whole]
        yield (
            f"URL-safe base64 at place {place}",
            (written[FOREIGN_CHARACTERS[place] : whole].replace("+", "-").replace("/", "_")),
        )
