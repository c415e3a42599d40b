"""Numbers of a test as a small table, shown also where pytest captures what is printed."""

from collections.abc import Mapping, Sequence

Row = Mapping[str, object]


def table(title: str, rows: Sequence[Row]) -> str:
    names = list(rows[0])
    lines = [names, *([shown(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    body = [" | ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    rule = "-+-".join("-" * width for width in widths)
    return "\n".join(["", title, f"  {body[0]}", f"  {rule}", *(f"  {line}" for line in body[1:]), ""])


def shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
