"""The table `Woonplaatsen in Nederland` of Statistics Netherlands (CBS), of one year.

It comes in two forms, alike but for column 2: a code there, whose name stands in a list of its own
(`{"value": [{"Key": "WP1925", "Title": "Aadorp"}]}`), or the name itself.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEADER = (
    "ID",
    "Woonplaatsen",
    "Woonplaatscode_1",
    "Naam_2",
    "Code_3",
    "Naam_4",
    "Code_5",
    "Naam_6",
    "Code_7",
)
PLACE, PLACE_CODE, GEMEENTE, GEMEENTE_CODE, PROVINCE_CODE, PART_CODE = 1, 2, 3, 4, 6, 8
# Form of each column that holds a code, and what it is called.
CODES = {
    PLACE_CODE: (re.compile("WP[0-9]{4}"), "WP0000"),
    GEMEENTE_CODE: (re.compile("GM[0-9]{4}"), "GM0000"),
    PROVINCE_CODE: (re.compile("PV[0-9]{2}"), "PV00"),
    PART_CODE: (re.compile("LD[0-9]{2}"), "LD00"),
}
# CBS numbers gemeenten from GM0003 to GM1992 so far: these are for examples.
FIRST_MADE_UP = "GM9900"
LONGEST_NAME = 100


class TableWrong(Exception):
    """A file that can't be used: one sentence, with the line where it is about one."""


@dataclass(frozen=True)
class ListedPlace:
    """A woonplaats by its code (`WP1925`), and the gemeente in which it lies."""

    code: str
    name: str
    gemeente_code: str


@dataclass(frozen=True)
class CbsTable:
    """`gemeenten` by code; every place lies in one of them, and every one has a place."""

    gemeenten: Mapping[str, str]
    places: Sequence[ListedPlace]


def is_made_up(gemeente_code: str) -> bool:
    return gemeente_code >= FIRST_MADE_UP


def read_names(data: bytes) -> Mapping[str, str]:
    """Name of each place by its code, from the list of names. Raises TableWrong."""
    try:
        entries = json.loads(decoded(data, "The list of names"))["value"]
    except json.JSONDecodeError as error:
        raise TableWrong(f"The list of names, line {error.lineno}: this is no JSON ({error.msg}).") from None
    except (KeyError, TypeError):
        entries = None
    if not isinstance(entries, list):
        raise TableWrong('The list of names must have the form {"value": [{"Key": "WP1925", "Title": "…"}]}.')
    names: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        code, name = read_entry(entry, f"The list of names, entry {number}")
        if code in names:
            raise TableWrong(f"The list of names, entry {number} repeats {code}.")
        names[code] = name
    return names


def read_entry(entry: Any, where: str) -> tuple[str, str]:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("Key", "Title")):
        raise TableWrong(f"{where} has no Key or no Title.")
    return entry["Key"].strip(), name_in(entry["Title"], where)


def read_table(data: bytes, names: Mapping[str, str] | None = None) -> CbsTable:
    """Either form, told apart by what is in it; the coded one needs `names`. Raises TableWrong."""
    gemeenten: dict[str, str] = {}
    places: list[ListedPlace] = []
    lines: dict[str, int] = {}
    is_coded = None
    for line, row in rows_of(decoded(data, "The table")):
        code, gemeente_code = row[PLACE_CODE], row[GEMEENTE_CODE]
        if is_coded is None:
            is_coded = row[PLACE] == code
        if code in lines:
            raise wrong(line, f"repeats {code}, which line {lines[code]} has too")
        lines[code] = line
        gemeente = name_in(row[GEMEENTE], f"Line {line}, Naam_2")
        if gemeenten.setdefault(gemeente_code, gemeente) != gemeente:
            raise wrong(line, f"calls {gemeente_code} {gemeente}, before it was {gemeenten[gemeente_code]}")
        name = name_by_code(row, names, line) if is_coded else name_in_place(row, line)
        places.append(ListedPlace(code, name, gemeente_code))
    if not places:
        raise TableWrong("The table has a header and no rows: is it cut off?")
    return CbsTable(gemeenten, places)


def name_by_code(row: Sequence[str], names: Mapping[str, str] | None, line: int) -> str:
    code = row[PLACE_CODE]
    if row[PLACE] != code:
        raise wrong(line, f"has '{row[PLACE]}' for Woonplaatsen and {code} for Woonplaatscode_1")
    if names is None:
        raise TableWrong(
            "The table has codes where the names of places would be: give the list of names with --names,"
            " or the table with labels."
        )
    if code not in names:
        raise wrong(line, f"has {code}, which the list of names lacks")
    return names[code]


def name_in_place(row: Sequence[str], line: int) -> str:
    pattern, _ = CODES[PLACE_CODE]
    if pattern.fullmatch(row[PLACE]):
        raise wrong(line, f"has the code {row[PLACE]} where other lines have a name")
    return name_in(row[PLACE], f"Line {line}, Woonplaatsen")


def rows_of(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Line number and the values without their padding."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    started = 1
    try:
        header = [value.strip() for value in next(reader, [])]
        if tuple(header) != HEADER:
            raise wrong(1, f"isn't the header of this table, which is {';'.join(HEADER)}")
        started = reader.line_num + 1
        for values in reader:
            if values:
                yield started, checked_row(values, started)
            started = reader.line_num + 1
    except csv.Error as error:
        raise wrong(started, f"can't be read, as where a file is cut off: {error}") from None


def checked_row(values: Sequence[str], line: int) -> Sequence[str]:
    if len(values) != len(HEADER):
        raise wrong(line, f"has {len(values)} columns instead of {len(HEADER)}, as where a file is cut off")
    row = [value.strip() for value in values]
    for column, (pattern, form) in CODES.items():
        if not pattern.fullmatch(row[column]):
            raise wrong(line, f"has '{row[column]}' for {HEADER[column]}, whose form is {form}")
    if is_made_up(row[GEMEENTE_CODE]):
        raise wrong(line, f"has {row[GEMEENTE_CODE]}: codes from {FIRST_MADE_UP} on are for examples")
    return row


def name_in(text: str, where: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TableWrong(f"{where} has no name that can be used.")
    return name


def decoded(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableWrong(f"{what}, line {line} is not UTF-8.") from None


def wrong(line: int, what: str) -> TableWrong:
    return TableWrong(f"Line {line} {what}.")
