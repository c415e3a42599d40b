"""Whether a gemeente takes part, and what the platform must know of one that does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self, TypeVar

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.gemeente_form import read_contact_email, read_contact_phone, read_host
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Problem, Violation

T = TypeVar("T")


@dataclass(frozen=True)
class AdmissionForm:
    """As typed, but for `participating`."""

    participating: bool
    contact_email: str = ""
    contact_phone: str = ""
    host: str = ""

    @classmethod
    def of(cls, gemeente: Gemeente) -> Self:
        """As it is now."""
        return cls(gemeente.participating, gemeente.email, gemeente.phone or "", gemeente.host or "")


def read_admission(form: AdmissionForm, former: Gemeente, *, own_host: str) -> Gemeente:
    """The gemeente as it is wanted. Raises InputRefused.

    What is as it was isn't judged anew: what can be typed may have been less strict once.
    """
    was = AdmissionForm.of(former)
    violations: list[Violation] = []

    def read(field: Field, reader: Callable[[str], T], kept: T) -> T:
        typed = getattr(form, field)
        try:
            return kept if typed == getattr(was, field) else reader(typed)
        except FieldRefused as refusal:
            violations.append(Violation(field, refusal.problem))
            return kept

    # One that ever took part has people, and every mail to them says whom to ask.
    may_lack_email = not (form.participating or former.email or form.contact_email.strip())
    wanted = replace(
        former,
        participating=form.participating,
        email="" if may_lack_email else read(Field.CONTACT_EMAIL, read_contact_email, former.email),
        phone=read(Field.CONTACT_PHONE, read_contact_phone, former.phone),
        host=read(Field.HOST, partial(read_host, own_host=own_host), former.host),
    )
    if wanted.participating and not wanted.email and not violations:
        violations.append(Violation(Field.CONTACT_EMAIL, Problem.EMPTY))
    if wanted.participating and not former.participating and former.dissolved_in:
        violations.insert(0, Violation(Field.PARTICIPATING, Problem.DISSOLVED))
    if violations:
        raise InputRefused(*violations)
    return wanted


def act_of(former: Gemeente, wanted: Gemeente) -> AuditedAct:
    """What became of it, as the audit trail has it."""
    if former.participating == wanted.participating:
        return AuditedAct.GEMEENTE_CHANGED
    return AuditedAct.GEMEENTE_JOINED if wanted.participating else AuditedAct.GEMEENTE_LEFT
