"""Passwords and keys that are made once, and that only their owner can read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def draw_password() -> str:
    # Hexadecimal: goes into URLs and configuration files without quoting.
    return secrets.token_hex(24)


def kept_secret(file: Path, draw: Callable[[], str] = draw_password) -> str:
    """What is in `file`; the first time, drawn and written there with mode 600."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        secret = draw()
        write_private(file, secret + "\n")
        return secret


def write_private(file: Path, text: str) -> None:
    """Replace `file` whole, readable by its owner only from the first byte."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
