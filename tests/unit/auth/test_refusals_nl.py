"""Every refusal has its sentence."""

import ast
from pathlib import Path

import pytest

from auth_service.accounts.refusals import Field, Problem, Violation
from auth_service.web.form_view import FORM_NAMES
from auth_service.web.refusals_nl import EVERYWHERE, SENTENCES, sentence_about

FACTS = {"shortest": 15, "product": "Digitaal Nachregister"}


def test_every_field_has_a_name_in_the_forms():
    assert set(FORM_NAMES) == set(Field)


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_sentence_somewhere(problem):
    assert problem in EVERYWHERE or any(known is problem for _, known in SENTENCES)


@pytest.mark.parametrize(("field", "problem"), SENTENCES)
def test_a_sentence_is_whole_and_ends_with_a_full_stop(field, problem):
    sentence = sentence_about(Violation(field, problem, {"gemeente": "Zeedorp"}), **FACTS)

    assert sentence.endswith(".")
    assert "{" not in sentence


def test_every_field_can_be_empty_or_says_nothing_when_it_is():
    optional = {Field.KVK_NUMBER, Field.PHONE, Field.GEMEENTE}

    assert {field for field, problem in SENTENCES if problem is Problem.EMPTY} == set(Field) - optional


def test_no_dutch_and_no_status_code_in_the_rooms_below_the_doors():
    """The table of refusals is the only place where they are."""
    rooms = Path(__file__).parents[3] / "auth_service"
    literals = [
        node.value
        for room in ("accounts", "flows", "storage", "messaging")
        for path in (rooms / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    assert literals
    assert [text for text in literals if " uw " in f" {text.lower()} "] == []
