"""Opaque tokens of 256 bits, held by a browser; only their digest is kept here."""

import hashlib
import secrets

TOKEN_BYTES = 32
# What a cookie may hold and still be looked at.
LONGEST_TOKEN = 64


def draw_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def can_be_token(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TOKEN and text.isascii()


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
