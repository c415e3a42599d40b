"""What a check found, as a sentence for the operator and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    # Good to know; nothing to do.
    NOTE = "note"
    # Mail goes out, but worse than it could.
    WARNING = "warning"
    WRONG = "wrong"
    # Somebody who should have told didn't answer.
    UNKNOWN = "unknown"


NOT_WELL = frozenset({Verdict.WRONG, Verdict.UNKNOWN})


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    sentence: str
    advice: str = ""

    def lines(self) -> str:
        """One line, and a second one below it where there is something to do."""
        told = f"{self.verdict:<8} {printable(self.sentence)}"
        return f"{told}\n{'':<8} -> {printable(self.advice)}" if self.advice else told


def printable(words: str) -> str:
    """On one line, for a terminal: records and replies that are quoted may come from anybody."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words)


def ok(sentence: str) -> Finding:
    return Finding(Verdict.OK, sentence)


def note(sentence: str, advice: str = "") -> Finding:
    return Finding(Verdict.NOTE, sentence, advice)


def warning(sentence: str, advice: str) -> Finding:
    return Finding(Verdict.WARNING, sentence, advice)


def wrong(sentence: str, advice: str) -> Finding:
    return Finding(Verdict.WRONG, sentence, advice)


def unknown(sentence: str, advice: str) -> Finding:
    return Finding(Verdict.UNKNOWN, sentence, advice)


def all_well(findings: Iterable[Finding]) -> bool:
    """Warnings allow it: mail still goes out, and a script that watches wants to know when it doesn't."""
    return not any(finding.verdict in NOT_WELL for finding in findings)
