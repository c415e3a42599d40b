"""Tables of woonplaatsen as CBS makes them: a mark before the text, padded values in quotes, CRLF."""

import json
from collections.abc import Iterable

from auth_service.accounts.cbs_table import HEADER

PROVINCE = ("Noord-Holland", "PV27", "West-Nederland", "LD03")

# Code and name of a place, name and code of its gemeente.
Row = tuple[str, str, str, str]


def coded_file(rows: Iterable[Row]) -> bytes:
    return file_of((code, code, gemeente, gemeente_code) for code, _, gemeente, gemeente_code in rows)


def labelled_file(rows: Iterable[Row]) -> bytes:
    return file_of((name, code, gemeente, gemeente_code) for code, name, gemeente, gemeente_code in rows)


def list_of_names(rows: Iterable[Row]) -> bytes:
    entries = [{"Key": f"{code}    ", "Title": name} for code, name, _, _ in rows]
    return json.dumps({"value": entries}).encode()


def file_of(rows: Iterable[tuple[str, str, str, str]]) -> bytes:
    lines = [";".join(f'"{name}"' for name in HEADER)]
    for number, (place, code, gemeente, gemeente_code) in enumerate(rows):
        values = (f"{number}", place, f"{code:<10}", f"{gemeente:<35}", f"{gemeente_code:<10}", *PROVINCE)
        lines.append(";".join(f'"{value}"' for value in values))
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode()


def whole_country(places: int = 2_500, gemeenten: int = 342) -> list[Row]:
    """As many as there are, with names of their own."""
    return [
        (
            f"WP{number:04}",
            f"Plaats {number}",
            f"Gemeente {number % gemeenten}",
            f"GM{number % gemeenten:04}",
        )
        for number in range(1000, 1000 + places)
    ]
