"""A form as a template shows it: what was typed, and what is wrong with it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from auth_service.accounts.company_form import CompanyForm
from auth_service.accounts.refusals import Field, InputRefused
from auth_service.web.refusals_nl import sentence_about
from auth_service.web.services import Site

# The names that gateways, tests and integrators rely on, the same in forms and in JSON.
FORM_NAMES: dict[Field, str] = {
    Field.COMPANY_NAME: "naamOnderneming",
    Field.STREET_ADDRESS: "adres",
    Field.POSTCODE: "postcode",
    Field.PLACE: "woonplaats",
    Field.GEMEENTE: "gemeente",
    Field.KVK_NUMBER: "kvkNummer",
    Field.PHONE: "telefoonnummer",
    Field.SLEEPING_PLACES: "aantalSlaapplekken",
    Field.ACCOMMODATION: "accommodatie",
    Field.EMAIL: "email",
    Field.PASSWORD: "wachtwoord",
    Field.CURRENT_PASSWORD: "huidigWachtwoord",
    Field.NEW_PASSWORD: "nieuwWachtwoord",
    Field.CODE: "code",
    # One name for whatever code a form asks for; no form asks for two of these.
    Field.TOTP_CODE: "code",
    Field.RECOVERY_CODE: "code",
    Field.EITHER_CODE: "code",
    # Beside the one of the app.
    Field.MAILED_CODE: "codeUitEmail",
    Field.REASON: "reden",
    Field.BLOCKING_REASON: "reden",
    Field.INVITED_EMAIL: "email",
    Field.ROLE: "rol",
    Field.REJECTION_REASON: "reden",
    Field.TOTP_REQUIRED: "verplicht",
    Field.PARTICIPATING: "doetMee",
    # Of a gemeente, where a company's or a person's are Field.EMAIL and Field.PHONE.
    Field.CONTACT_EMAIL: "email",
    Field.CONTACT_PHONE: "telefoonnummer",
    Field.HOST: "host",
    Field.REQUIRES_APPROVAL: "goedkeuringNodig",
    Field.ACCOMMODATION_TYPES: "accommodaties",
    Field.RESET_WAIT: "wachttijd",
    Field.IDENTIFIED_BY: "identificatie",
    Field.IDENTIFIED_HOW: "identificatieAnders",
    Field.STARTS_ON: "vanaf",
    # No form asks for two reasons.
    Field.RELEASE_REASON: "reden",
    Field.POLICY_REASON: "reden",
}
NEVER_SHOWN = frozenset(
    FORM_NAMES[field] for field in (Field.PASSWORD, Field.CURRENT_PASSWORD, Field.NEW_PASSWORD)
)


FormT = TypeVar("FormT", bound=CompanyForm)


@dataclass(frozen=True)
class FormView:
    """`errors` by field name, in the order of the form; `problem` concerns the form as a whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


def read_form(form: type[FormT], fields: Mapping[str, str]) -> FormT:
    """The fields of a form of ours, as typed; one that was not sent is empty."""
    typed = {field.value: fields.get(name, "") for field, name in FORM_NAMES.items()}
    return form(**{field.name: typed[field.name] for field in dataclasses.fields(form)})


def typed_again(
    fields: Mapping[str, str], *, errors: Mapping[str, str] | None = None, problem: str | None = None
) -> FormView:
    """The form with every typed value but the passwords."""
    shown = {name: value for name, value in fields.items() if name not in NEVER_SHOWN}
    return FormView(shown, errors or {}, problem)


def without_code(
    fields: Mapping[str, str], *, errors: Mapping[str, str] | None = None, problem: str | None = None
) -> FormView:
    """The form as typed but for the code of the app: that one is over, and the next one is another."""
    return typed_again(
        {name: value for name, value in fields.items() if name != FORM_NAMES[Field.TOTP_CODE]},
        errors=errors,
        problem=problem,
    )


def with_violations(fields: Mapping[str, str], refusal: InputRefused, site: Site) -> FormView:
    return typed_again(fields, errors=sentences_by_name(refusal, site))


def sentences_by_name(refusal: InputRefused, site: Site) -> dict[str, str]:
    """What is wrong, by the name of the field."""
    return {
        FORM_NAMES[violation.field]: sentence_about(
            violation, shortest=site.password_min_length, product=site.product_name
        )
        for violation in refusal.violations
    }
