"""Every refusal is a problem of the API, in Dutch."""

import re
from http import HTTPStatus

import pytest

from auth_service.accounts.refusals import NotFound, Refusal, Unavailable
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed, SessionOver
from auth_service.web.api import problem_kinds
from auth_service.web.api.problem_kinds import UNNAMED, ProblemKind
from auth_service.web.api.told_refusals import OWED, told_of

KINDS = [value for value in vars(problem_kinds).values() if isinstance(value, ProblemKind)]


# What is raised itself, and not only what it is a kind of.
REFUSALS = [
    refusal for refusal in (*Refusal.__subclasses__(), *NotFound.__subclasses__()) if refusal is not NotFound
]


@pytest.mark.parametrize("refusal", [*REFUSALS, Unavailable, SessionOver, FactorOwed])
def test_every_refusal_has_words_of_its_own(refusal):
    assert told_of.dispatch(refusal) is not told_of.dispatch(Exception)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_a_kind_has_a_lasting_name_and_a_whole_sentence(kind):
    assert kind.type == UNNAMED or re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.type)
    assert HTTPStatus(kind.status) >= HTTPStatus.BAD_REQUEST
    assert kind.detail.endswith(".")


def test_names_of_kinds_are_used_once():
    names = [kind.type for kind in KINDS if kind.type != UNNAMED]

    assert names
    assert len(names) == len(set(names))
    assert len(KINDS) == len({kind.title for kind in KINDS})


def test_whatever_a_session_can_owe_has_a_kind():
    assert set(OWED) == set(SessionState) - {SessionState.FULL}
    assert set(OWED.values()) == set(problem_kinds.FACTOR_OWED)
