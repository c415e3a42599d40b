"""How the audit trail is grouped, asked for and put into a spreadsheet."""

import csv
import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.anonymity import anonymous_address
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, AuditOrigin, AuditResult
from auth_service.accounts.trail import GROUPS, ActGroup, TrailFilter, TrailLine
from auth_service.web.audit_nl import ACTS
from auth_service.web.trail_nl import (
    COLUMNS,
    GROUP_NAMES,
    ORIGINS,
    RESULTS,
    csv_heading,
    csv_lines,
    told_line,
)
from auth_service.web.trail_query import QueryRefused, read_filter

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
ID = UUID(int=7)


def found(reason=None, **named):
    line = AuditLine(AuditedAct.TOTP_RESET, NOW, Actor(ID, Role.GEMEENTEMEDEWERKER), ID, reason=reason)
    names = dict.fromkeys(("actor_email", "account_email", "company_name", "invited_email")) | named
    return TrailLine(ID, line, AuditOrigin.PAGE, "abc", **names)


def test_each_act_is_in_one_group_and_has_words():
    grouped = [act for acts in GROUPS.values() for act in acts]

    assert sorted(grouped) == sorted(AuditedAct)
    assert set(GROUPS) == set(GROUP_NAMES) == set(ActGroup)
    assert set(ACTS) == set(AuditedAct)
    assert set(ORIGINS) == set(AuditOrigin)
    assert set(RESULTS) == set(AuditResult)


def test_nobody_reads_of_your_company_what_is_of_another():
    assert [words for words in ACTS.values() if "uw" in words.split()] == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    hostile = f'{start}HYPERLINK("https://evil.example";"x")'

    text = csv_lines([found(hostile, company_name=hostile)])

    (cells,) = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert cells[3] == cells[7] == f"'{hostile}"
    assert len(cells) == len(COLUMNS)


@pytest.mark.parametrize(
    "before", ["De Zon,", "De Zon;", "De Zon, ", 'De Zon,"', "De Zon\n", "De Zon\t", " "]
)
@pytest.mark.parametrize("delimiter", [";", ","])
def test_nor_does_it_become_one_where_something_else_parts_cells(before, delimiter):
    text = csv_lines([found(company_name=f"{before}=1+1")])

    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    assert [cell for row in rows for cell in row if cell.strip(' "').startswith("=")] == []
    assert "=1+1" in text


def test_a_spreadsheet_reads_lines_as_they_are():
    text = csv_heading() + csv_lines([found('Zei: "kwijt";\nsorry', account_email="jan@dezon.example")])

    assert text.startswith("\ufeffDatum en tijd;Wat;Account;")
    _, cells = csv.reader(io.StringIO(text[1:], newline=""), delimiter=";")
    assert cells == [
        "2026-11-23 14:05:00", "2FA is gereset", "jan@dezon.example", "", "", "",
        "medewerker van de gemeente", 'Zei: "kwijt";\nsorry', "", "gelukt", "website", "abc",
    ]  # fmt: skip


def test_an_account_of_which_nothing_is_left_is_called_so():
    told = told_line(found(account_email=anonymous_address(ID).text))

    assert told.about == ("verwijderd account",)
    assert (told.doer, told.role) == ("medewerker van de gemeente", None)


@pytest.mark.parametrize("typed", ["2026-11-01", "1-11-2026", " 01-11-2026 "])
def test_a_day_is_read_as_browsers_and_as_people_write_it(typed):
    assert read_filter({"vanaf": typed}) == TrailFilter(first_day=date(2026, 11, 1))


def test_all_that_can_be_asked():
    query = {"vanaf": "2026-11-01", "tot": "2026-11-01", "soort": "2fa", "email": " Jan@DeZon.example "}

    sought = read_filter(query)

    day = date(2026, 11, 1)
    assert sought == TrailFilter(day, day, ActGroup.TWO_FACTOR, "jan@dezon.example")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"vanaf": "gisteren"}, ["vanaf"]),
        ({"tot": "2026-02-30"}, ["tot"]),
        ({"tot": "0001-01-01"}, ["tot"]),
        ({"vanaf": "2026-11-02", "tot": "2026-11-01"}, ["tot"]),
        ({"soort": "alles"}, ["soort"]),
        ({"email": "jan", "vanaf": "x"}, ["vanaf", "email"]),
    ],
)
def test_what_can_not_be_asked_is_named(query, wrong):
    with pytest.raises(QueryRefused) as refusal:
        read_filter(query)

    assert list(refusal.value.errors) == wrong
