"""Both forms of the table of woonplaatsen, and files that are broken in some way."""

import json

import pytest

from auth_service.accounts.cbs_table import HEADER, ListedPlace, TableWrong, read_names, read_table
from tests.cbs_files import coded_file, labelled_file, list_of_names, whole_country

ROWS = [
    ("WP1925", "Aadorp", "Almelo", "GM0141"),
    ("WP1245", "'s-Gravenhage", "'s-Gravenhage", "GM0518"),
    ("WP3022", "Noardburgum", "Tytsjerksteradiel", "GM0737"),
    ("WP1926", "Almelo", "Almelo", "GM0141"),
]
CODED, LABELLED, NAMES = coded_file(ROWS), labelled_file(ROWS), list_of_names(ROWS)


def complaint(data: bytes, names: bytes | None = NAMES) -> str:
    with pytest.raises(TableWrong) as wrong:
        read_table(data, None if names is None else read_names(names))
    return str(wrong.value)


@pytest.mark.parametrize("table", [read_table(CODED, read_names(NAMES)), read_table(LABELLED)])
def test_both_forms_say_the_same(table):
    assert table.gemeenten == {"GM0141": "Almelo", "GM0518": "'s-Gravenhage", "GM0737": "Tytsjerksteradiel"}
    assert table.places == [ListedPlace(code, name, gemeente) for code, name, _, gemeente in ROWS]


def test_a_file_without_mark_quotes_and_padding_is_read_too():
    bare = "\n".join(
        line.replace('"', "").replace(" ", "") for line in LABELLED.decode("utf-8-sig").split("\r\n")
    )

    assert read_table(bare.encode()) == read_table(LABELLED)


def test_a_coded_file_asks_for_the_names():
    assert "--names" in complaint(CODED, names=None)


def test_a_file_of_the_whole_country_is_read():
    table = read_table(labelled_file(whole_country()))

    assert (len(table.places), len(table.gemeenten)) == (2_500, 342)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"", "Line 1 isn't the header"),
        (CODED.replace(b"Naam_2", b"Naam_3"), "Line 1 isn't the header"),
        (CODED.replace(b";", b","), "Line 1 can't be read"),
        (LABELLED.replace(b'"', b"").replace(b";", b","), "Line 1 isn't the header"),
        (";".join(HEADER).encode(), "cut off"),
        (CODED[:-5], "Line 5 can't be read, as where a file is cut off"),
        (CODED.replace(b';"LD03"\r\n"2"', b'\r\n"2"'), "Line 3 has 8 columns instead of 9"),
        (LABELLED.replace(b'"', b"")[:-24], "Line 5 has 7 columns instead of 9"),
        (LABELLED.replace(b'"', b"")[:-5], "Line 5 has 'L' for Code_7, whose form is LD00"),
        (CODED.replace(b"WP1926", b"WP1925"), "Line 5 repeats WP1925, which line 2 has too"),
        (
            LABELLED.replace(b"WP3022", b"3022  "),
            "Line 4 has '3022' for Woonplaatscode_1, whose form is WP0000",
        ),
        (CODED.replace(b"GM0737", b"GM073 "), "Line 4 has 'GM073' for Code_3, whose form is GM0000"),
        (CODED.replace(b"GM0737", b"GM9901"), "Line 4 has GM9901"),
        (CODED.replace(b"Tytsjerksteradiel", b"                 "), "Line 4, Naam_2 has no name"),
        (CODED.replace(b"Tytsjerk", b"Tyts\xffjer"), "line 4 is not UTF-8"),
        (CODED.replace(b'"Almelo', b'"Amelo ', 1), "Line 5 calls GM0141 Almelo, before it was Amelo"),
        (
            CODED.replace(b'"WP1925";"WP1925', b'"WP1924";"WP1924'),
            "Line 2 has WP1924, which the list of names",
        ),
        (CODED.replace(b'"WP3022";', b'"Noardburgum";'), "Line 4 has 'Noardburgum' for Woonplaatsen"),
        (LABELLED.replace(b'"Noardburgum";', b'"WP3022";'), "Line 4 has the code WP3022 where"),
        (LABELLED.replace(b'"Noardburgum";', b'" ";'), "Line 4, Woonplaatsen has no name"),
    ],
)
def test_a_broken_file_says_where(broken, said):
    assert said in complaint(broken)


# Between two lines nothing tells; there the import compares it with the table before.
WITHIN_A_LINE = [CODED[:at] for at in range(len(CODED)) if not CODED[:at].endswith((b'"LD03"', b"\n", b"\r"))]


def test_no_file_that_is_cut_off_within_a_line_is_taken():
    assert all(complaint(part) for part in WITHIN_A_LINE)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (b"\xff", "line 1 is not UTF-8"),
        (b'{"value": [\n{"Key"', "line 2: this is no JSON"),
        (b"[]", "must have the form"),
        (b'{"values": []}', "must have the form"),
        (b'{"value": {}}', "must have the form"),
        (b'{"value": [{"Key": "WP1925"}]}', "entry 1 has no Key or no Title"),
        (b'{"value": ["WP1925"]}', "entry 1 has no Key or no Title"),
        (json.dumps({"value": [{"Key": "WP1925", "Title": " "}]}).encode(), "entry 1 has no name"),
        (list_of_names([ROWS[0], ROWS[0]]), "entry 2 repeats WP1925"),
    ],
)
def test_a_broken_list_of_names_says_where(names, said):
    assert said in complaint(CODED, names)
