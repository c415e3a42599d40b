"""How a gemeente can be reached, as staff and operators type it."""

import pytest

from auth_service.accounts.gemeente_form import read_contact_email, read_contact_phone, read_host
from auth_service.accounts.refusals import FieldRefused, Problem

OWN_HOST = "inloggen.example.nl"


def problem_of(read, *typed, **facts) -> Problem:
    with pytest.raises(FieldRefused) as refusal:
        read(*typed, **facts)
    return refusal.value.problem


def test_an_address_is_read_without_what_a_paste_brings_along():
    assert read_contact_email(" mailto:Post@Zeedorp.example ") == "Post@zeedorp.example"


@pytest.mark.parametrize(("typed", "problem"), [("  ", Problem.EMPTY), ("zeedorp", Problem.WRONG)])
def test_what_is_no_address_is_refused(typed, problem):
    assert problem_of(read_contact_email, typed) is problem


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0228-123456", "0228 123 456"),
        ("+31 (0)228 123456", "0228 123 456"),
        ("140228", "14 0228"),
        ("14 010", "14 010"),
        (" ", None),
    ],
)
def test_a_number_is_kept_as_people_write_it(typed, read):
    assert read_contact_phone(typed) == read


@pytest.mark.parametrize("typed", ["112", "bel ons", "0900-1234"])
def test_what_is_no_number_is_refused(typed):
    assert problem_of(read_contact_phone, typed) is Problem.WRONG


@pytest.mark.parametrize(
    ("typed", "read"),
    [(" Zeedorp.Example.NL. ", "zeedorp.example.nl"), ("xn--zdorp-jua.nl", "xn--zdorp-jua.nl"), ("", None)],
)
def test_a_host_name_is_kept_in_lower_case(typed, read):
    assert read_host(typed, own_host=OWN_HOST) == read


@pytest.mark.parametrize(
    "typed",
    ["https://zeedorp.nl", "zeedorp.nl:8080", "zeedorp", "127.0.0.1", "zee_dorp.nl", "-zeedorp.nl", "a..nl"],
)
def test_what_is_no_host_name_is_refused(typed):
    assert problem_of(read_host, typed, own_host=OWN_HOST) is Problem.WRONG


def test_the_host_of_the_login_itself_is_nobodys():
    assert problem_of(read_host, "Inloggen.example.nl", own_host=OWN_HOST) is Problem.WRONG


def test_a_host_name_longer_than_dns_allows_is_refused():
    assert problem_of(read_host, "a." * 126 + "nl", own_host=OWN_HOST) is Problem.WRONG
