"""The registration form: every field is read, so that a person sees all that is wrong at once (R-19…R-21)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from auth_service.accounts.company_form import COMPANY_READERS, CompanyForm, CompanyReading
from auth_service.accounts.mail_addresses import MailAddress, read_mail_address
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, FieldRefused, Problem


@dataclass(frozen=True)
class RegistrationForm(CompanyForm):
    """As typed."""

    email: str = ""
    password: str = ""


def read_email(typed: str) -> MailAddress:
    if not typed.strip():
        raise FieldRefused(Problem.EMPTY)
    address = read_mail_address(typed)
    if address is None:
        raise FieldRefused(Problem.WRONG)
    return address


READERS: Mapping[Field, Callable[[str], Any]] = {**COMPANY_READERS, Field.EMAIL: read_email}


class RegistrationReading(CompanyReading):
    def __init__(self, form: RegistrationForm) -> None:
        super().__init__(form, READERS)
        self._typed = form

    @property
    def email(self) -> MailAddress:
        email: MailAddress = self._values[Field.EMAIL]
        return email

    def check_password(self, rules: PasswordRules, gemeente: Gemeente | None) -> None:
        form = self._typed
        known = (form.company_name, form.place, form.email, gemeente.name if gemeente else "")
        self._take(Field.PASSWORD, partial(rules.check, form.password, *known))
