"""The fields of the registration form, read forgivingly (requirements R-20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import postcode as oracle

from auth_service.accounts import company_details as fields
from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.places import place_key
from auth_service.accounts.refusals import FieldRefused, Problem


def problem_of(read, typed):
    with pytest.raises(FieldRefused) as refusal:
        read(typed)
    return refusal.value.problem


@pytest.mark.parametrize("typed", ["1234AB", "1234ab", " 1234  ab ", "1234\u00a0AB", "NL-1234 AB"])
def test_a_postcode_is_read_in_every_notation(typed):
    assert fields.read_postcode(typed) == "1234AB"


@pytest.mark.parametrize(
    "typed", ["0123AB", "1234SS", "1234SA", "1234SD", "12345", "ABCD12", "1234A", "1234ABC"]
)
def test_what_never_was_a_postcode_is_wrong(typed):
    assert problem_of(fields.read_postcode, typed) is Problem.WRONG


@given(st.from_regex(r"[1-9][0-9]{3} ?[A-Z]{2}", fullmatch=True))
def test_a_postcode_is_what_the_reference_says(typed):
    if oracle.is_valid(typed):
        assert fields.read_postcode(typed) == typed.replace(" ", "")
    else:
        assert problem_of(fields.read_postcode, typed) is Problem.WRONG


@pytest.mark.parametrize(
    ("typed", "stored"), [("", None), ("  ", None), ("12345678", "12345678"), ("01 23.45-67", "01234567")]
)
def test_a_kvk_number_keeps_its_leading_zero_or_is_left_out(typed, stored):
    assert fields.read_kvk_number(typed) == stored


def test_twelve_digits_are_told_to_be_an_establishment_number():
    assert problem_of(fields.read_kvk_number, "0000 1234 5678") is Problem.ESTABLISHMENT_NUMBER
    assert problem_of(fields.read_kvk_number, "1234567") is Problem.WRONG
    assert problem_of(fields.read_kvk_number, "１２３４５６７８") is Problem.WRONG


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", None),
        ("0612345678", "+31612345678"),
        ("06-12345678", "+31612345678"),
        ("(020) 624 11 11", "+31206241111"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("0031 6 1234 5678", "+31612345678"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_a_phone_number_is_stored_internationally(typed, stored):
    assert fields.read_phone(typed) == stored


@pytest.mark.parametrize("typed", ["112", "0900-1234", "06123", "bel maar", "0906 0101"])
def test_a_number_nobody_can_be_reached_on_is_wrong(typed):
    assert problem_of(fields.read_phone, typed) is Problem.WRONG


@pytest.mark.parametrize(
    ("typed", "number"), [("1", 1), (" 12 ", 12), ("007", 7), ("1.200", 1200), ("99999", 99_999)]
)
def test_sleeping_places_are_a_whole_number(typed, number):
    assert fields.read_sleeping_places(typed) == number


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        ("0", Problem.WRONG),
        ("-3", Problem.WRONG),
        ("2,5", Problem.WRONG),
        ("1.5", Problem.WRONG),
        ("vier", Problem.WRONG),
        ("٣", Problem.WRONG),
        ("100000", Problem.TOO_HIGH),
        ("9" * 400, Problem.WRONG),
    ],
)
def test_what_is_no_number_of_sleeping_places_says_why(typed, problem):
    assert problem_of(fields.read_sleeping_places, typed) is problem


@pytest.mark.parametrize(
    "typed", ["Dorpsstraat 12", "Dorpsstraat 12a", "Plein '40-'45 1", "Dijk z.n.", "Dijkweg ong."]
)
def test_an_address_has_a_number_or_says_that_it_has_none(typed):
    assert fields.read_street_address(typed) == typed


def test_an_address_without_a_number_asks_for_it():
    assert problem_of(fields.read_street_address, "Dorpsstraat") is Problem.NO_HOUSE_NUMBER
    assert problem_of(fields.read_street_address, "Zonnestraat") is Problem.NO_HOUSE_NUMBER
    assert problem_of(fields.read_street_address, "12") is Problem.EMPTY


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        (" \t", Problem.EMPTY),
        ("a" * 201, Problem.TOO_LONG),
        ("a\x00b", Problem.CONTROL_CHARACTER),
    ],
)
def test_a_company_name_is_one_line_of_text(typed, problem):
    assert problem_of(fields.read_company_name, typed) is problem


def test_a_company_name_may_be_in_any_script():
    assert fields.read_company_name("  Pension  \u2019t Zonnetje 東京 ") == "Pension \u2019t Zonnetje 東京"
    # The same letter, composed.
    assert fields.read_company_name("Cafe\u0301") == "Caf\u00e9"


@pytest.mark.parametrize("typed", ["\u200b", "\u3164\u202e", " \u2060 "])
def test_a_name_that_nobody_can_see_is_empty(typed):
    assert problem_of(fields.read_company_name, typed) is Problem.EMPTY


def test_what_turns_the_direction_of_a_name_is_left_out():
    assert fields.read_company_name("Pension \u202eDe Zon") == "Pension De Zon"


def test_a_postcode_with_a_story_around_it_is_a_wrong_postcode():
    assert problem_of(fields.read_postcode, "1234 AB (Noord-Holland, aan zee)") is Problem.WRONG
    assert problem_of(fields.read_place, "a" * 101) is Problem.UNKNOWN_PLACE


def test_an_accommodation_is_one_of_the_list():
    assert fields.read_accommodation("pension") == "pension"
    assert problem_of(fields.read_accommodation, "kasteel") is Problem.EMPTY


@pytest.mark.parametrize(
    ("typed", "text", "key"),
    [
        ("Jan@Hotel.nl", "Jan@hotel.nl", "jan@hotel.nl"),
        (" jan@hotel.nl\n", "jan@hotel.nl", "jan@hotel.nl"),
        ("jan @ hotel.nl", "jan@hotel.nl", "jan@hotel.nl"),
        ("mailto:jan@hotel.nl", "jan@hotel.nl", "jan@hotel.nl"),
        ("<jan@hotel.nl>", "jan@hotel.nl", "jan@hotel.nl"),
        ("jan.de.wit+gast@hotel.nl", "jan.de.wit+gast@hotel.nl", "jan.de.wit+gast@hotel.nl"),
        ("jan@caf\u00e9.nl", "jan@caf\u00e9.nl", "jan@xn--caf-dma.nl"),
    ],
)
def test_an_address_is_kept_as_typed_and_compared_by_its_key(typed, text, key):
    address = read_mail_address(typed)

    assert (address.text, address.key) == (text, key)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "jan",
        "jan@",
        "@hotel.nl",
        "jan@hotel",
        "jan@@hotel.nl",
        "a\x00b@hotel.nl",
        ">" * 60_000 + "x",
        "jan@hotel.nl" + ">" * 60_000,
        f"{'a' * 250}@hotel.nl",
    ],
)
def test_what_cannot_be_an_address_is_none(typed):
    assert read_mail_address(typed) is None


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("den haag", "Den Haag"),
        ("s gravenhage", "'s-Gravenhage"),
        ("\u2019s-Gravenhage", "'s-Gravenhage"),
        ("Frjentsjer", "Frjentsjer"),
        ("Sudwest-Fryslan", "S\u00fadwest-Frysl\u00e2n"),
    ],
)
def test_a_place_is_found_however_it_is_written(typed, listed):
    assert place_key(typed) == place_key(listed)
