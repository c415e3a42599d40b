"""What stops a start, in words for the person who typed the command."""

from pathlib import Path


class StartFailed(Exception):
    """A step can't be done; the text is what the person at the terminal needs, and no more."""


def not_ours(error: PermissionError) -> str:
    """What it means, most often: the checkout was used as root before, and now isn't, or the reverse."""
    return f"{error.filename}: {error.strerror}. If it is another user's, `make clean` as that user helps."


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented; empty where there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return ""
    return "\n".join(f"    {line}" for line in lines)


def failed_with_log(sentence: str, log: Path) -> StartFailed:
    return StartFailed(f"{sentence} Its log, {log}, ends with:\n{last_lines(log) or '    (nothing)'}")
