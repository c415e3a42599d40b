"""Every refusal has its sentence."""

import ast
import re
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from auth_service.accounts.gemeente_form import read_contact_email, read_contact_phone, read_host
from auth_service.accounts.gemeente_settings import read_reset_wait
from auth_service.accounts.identification import LONGEST_HOW, one_line
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Problem, Violation
from auth_service.accounts.registration_form import READERS
from auth_service.accounts.second_factor import either_code, recovery_code, totp_code
from auth_service.accounts.start_dates import start_date
from auth_service.flows.company_approval import read_rejection_reason
from auth_service.flows.invitations import read_invited
from auth_service.flows.totp_reset import read_reason
from auth_service.web.form_view import FORM_NAMES
from auth_service.web.refusals_nl import SENTENCES, sentence_about


def fielded(read):
    """As the readers of a form do it: FieldRefused for the one field."""

    def read_field(text):
        try:
            return read(text)
        except InputRefused as refusal:
            (violation,) = refusal.violations
            raise FieldRefused(violation.problem) from None

    return read_field


RULES = PasswordRules(shortest=15, context=())
CODE_READERS = {
    Field.TOTP_CODE: fielded(totp_code),
    Field.RECOVERY_CODE: fielded(recovery_code),
    Field.EITHER_CODE: fielded(either_code),
    Field.REASON: fielded(read_reason),
    Field.RESET_WAIT: read_reset_wait,
    Field.REJECTION_REASON: fielded(read_rejection_reason),
    Field.CONTACT_EMAIL: read_contact_email,
    Field.CONTACT_PHONE: read_contact_phone,
    Field.HOST: partial(read_host, own_host="inloggen.example.nl"),
    Field.BLOCKING_REASON: fielded(read_reason),
    Field.INVITED_EMAIL: fielded(read_invited),
    Field.POLICY_REASON: fielded(read_reason),
    Field.RELEASE_REASON: fielded(read_reason),
    Field.IDENTIFIED_HOW: fielded(partial(one_line, field=Field.IDENTIFIED_HOW, longest=LONGEST_HOW)),
    Field.STARTS_ON: partial(start_date, today=date(2026, 11, 23)),
}
PASSWORDS = (Field.PASSWORD, Field.CURRENT_PASSWORD, Field.NEW_PASSWORD)
FACTS = {"shortest": 15, "product": "Digitaal Nachregister"}


def test_every_field_has_a_name_in_the_forms():
    assert set(FORM_NAMES) == set(Field)


def refused_pairs():
    """Every (field, problem) that reading a form or choosing a password was seen to raise."""
    typed = [
        "",
        " ",
        "x",
        "12",
        "123456789012",
        "\x00",
        "a" * 5_000,
        "9" * 5_000,
        "1234SS",
        "wachtwoord12345",
        "23-11-2026",
        "1-1-2099",
    ]
    readers = {**READERS, Field.PASSWORD: RULES.check, Field.NEW_PASSWORD: RULES.check, **CODE_READERS}
    for field, read in readers.items():
        for text in typed:
            try:
                read(text)
            except FieldRefused as refusal:
                yield field, refusal.problem
    # These need more than one text to be read.
    yield Field.PLACE, Problem.NOT_SUBSCRIBED
    yield Field.PLACE, Problem.UNKNOWN_PLACE
    yield Field.PLACE, Problem.OTHER_GEMEENTE
    yield Field.PLACE, Problem.NOT_IN_TENANT
    yield Field.ACCOMMODATION, Problem.NOT_OFFERED
    yield Field.ACCOMMODATION_TYPES, Problem.EMPTY
    yield Field.ACCOMMODATION_TYPES, Problem.WRONG
    yield Field.EMAIL, Problem.SAME_EMAIL
    yield Field.EMAIL, Problem.NOT_CORRECTED
    yield Field.GEMEENTE, Problem.SEVERAL_GEMEENTEN
    yield Field.PASSWORD, Problem.NO_PASSWORD
    yield Field.PASSWORD, Problem.NOT_THIS_PASSWORD
    yield Field.PASSWORD, Problem.CONTEXT_PASSWORD
    yield Field.NEW_PASSWORD, Problem.CONTEXT_PASSWORD
    yield Field.NEW_PASSWORD, Problem.SAME_PASSWORD
    yield Field.CURRENT_PASSWORD, Problem.EMPTY
    yield Field.CURRENT_PASSWORD, Problem.NOT_THIS_PASSWORD
    yield Field.IDENTIFIED_BY, Problem.EMPTY
    yield Field.STARTS_ON, Problem.HOLDS_ALREADY
    yield Field.CODE, Problem.EMPTY
    yield Field.MAILED_CODE, Problem.EMPTY
    yield Field.PARTICIPATING, Problem.DISSOLVED
    yield Field.HOST, Problem.HOST_TAKEN
    yield Field.INVITED_EMAIL, Problem.NO_CONTACT
    yield Field.INVITED_EMAIL, Problem.DISSOLVED
    yield Field.ROLE, Problem.EMPTY


@pytest.mark.parametrize(("field", "problem"), sorted(set(refused_pairs())))
def test_everything_that_is_refused_has_a_whole_sentence(field, problem):
    facts = {"gemeente": "Zeedorp", "contact": "help@zeedorp.example"}
    sentence = sentence_about(Violation(field, problem, facts), **FACTS)

    assert sentence.endswith(".")
    assert "{" not in sentence
    if problem is not Problem.CONTROL_CHARACTER:
        assert ("wachtwoord" in sentence) == (field in PASSWORDS)


def test_no_sentence_is_for_nothing():
    assert set(SENTENCES) <= set(refused_pairs())


def test_every_field_can_be_empty_or_says_nothing_when_it_is():
    optional = {
        Field.KVK_NUMBER,
        Field.PHONE,
        Field.GEMEENTE,
        Field.TOTP_REQUIRED,
        Field.PARTICIPATING,
        Field.CONTACT_PHONE,
        Field.HOST,
        Field.REQUIRES_APPROVAL,
    }

    assert {field for field, problem in SENTENCES if problem is Problem.EMPTY} == set(Field) - optional


DUTCH = re.compile(r"\b(uw|het|een|niet|geen|wachtwoord|vul|kies)\b", re.IGNORECASE)
# Data, not sentences: what people choose as passwords, the list of accommodations, how places are spelled.
NAMES_AND_WORDS = {"passwords.py", "company_details.py", "place_names.py"}


def test_the_rooms_below_the_doors_speak_no_dutch():
    rooms = Path(__file__).parents[3] / "auth_service"
    literals = [
        (path.name, node.value)
        for room in ("accounts", "flows", "storage", "messaging")
        for path in (rooms / room).rglob("*.py")
        if path.name not in NAMES_AND_WORDS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    assert literals
    assert [found for found in literals if DUTCH.search(found[1])] == []
