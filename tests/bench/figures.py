"""What the measurements look like on a terminal."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many per cent of all are not above (nearest rank)."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100) - 1, 0)]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, figures to the right."""
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for row in (heads, *rows)
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1_000:.1f}"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1_000_000:+.0f}"


def verdict(*, met: bool) -> str:
    return "met" if met else "MISSED"
