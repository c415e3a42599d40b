"""The README's table of calls says what the code says."""

from pathlib import Path

import pytest

from auth_service.web.api.calls import CALLS
from auth_service.web.api.problem_kinds import NOT_LOGGED_IN
from auth_service.web.api.version import ROOT

README = Path(__file__).parents[3] / "README.md"


def told_in_readme():
    """The cells of each row by its first one."""
    lines = README.read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if f" {ROOT}/" in line]
    return {call: cells for call, *cells in rows if cells}


def names_of(model):
    return [member.alias or name for name, member in model.model_fields.items()]


def cells_of(call):
    required = {member.alias for member in call.takes.model_fields.values() if member.default is not None}
    taken = [f"`{name}`" if name in required else f"`{name}`?" for name in names_of(call.takes)]
    given = [f"{{{', '.join(names_of(call.gives))}}}"] if call.gives else []
    refused = [kind.type for kind in (*call.refuses, *([NOT_LOGGED_IN] if call.needs_token else []))]
    return [
        ", ".join(taken),
        " ".join([str(call.status), *given]),
        ", ".join(f"`{kind}`" for kind in refused),
    ]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_readme_tells_what_a_call_takes_answers_and_refuses(call):
    _, *told = told_in_readme()[f"`{call.method} {ROOT}{call.path}`"]

    assert told == cells_of(call)


def test_the_readme_tells_of_no_call_that_is_not_there():
    assert set(told_in_readme()) == {f"`{call.method} {ROOT}{call.path}`" for call in CALLS}
