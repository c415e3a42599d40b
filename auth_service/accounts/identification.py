"""How staff made sure of whom they helped (BIO2 5.16): asked where they take a second factor away."""

from dataclasses import dataclass
from enum import StrEnum

from auth_service.accounts.refusals import Field, InputRefused, Problem, Violation

LONGEST_HOW = 200


class IdentifiedBy(StrEnum):
    """Equal to the SQL type `identified_by`."""

    CALLED_BACK = "called_back"
    DOCUMENT_SEEN = "document_seen"
    COMPANY_REGISTER = "company_register"
    OTHERWISE = "otherwise"


@dataclass(frozen=True)
class Identification:
    """`how` is told where it was otherwise."""

    by: IdentifiedBy
    how: str | None = None


@dataclass(frozen=True)
class TypedIdentification:
    """`by` is None where nothing was chosen, or nothing that can be."""

    by: IdentifiedBy | None = None
    how: str = ""


def read_identification(typed: TypedIdentification) -> Identification:
    """Raises InputRefused."""
    if typed.by is None:
        raise InputRefused(Violation(Field.IDENTIFIED_BY, Problem.EMPTY))
    if typed.by is not IdentifiedBy.OTHERWISE:
        return Identification(typed.by)
    return Identification(typed.by, one_line(typed.how, Field.IDENTIFIED_HOW, longest=LONGEST_HOW))


def one_line(typed: str, field: Field, *, longest: int) -> str:
    """Raises InputRefused."""
    text = " ".join(typed.split())
    if not text:
        raise InputRefused(Violation(field, Problem.EMPTY))
    if len(text) > longest:
        raise InputRefused(Violation(field, Problem.TOO_LONG))
    if not text.isprintable():
        raise InputRefused(Violation(field, Problem.CONTROL_CHARACTER))
    return text
