"""The fields about a company, of registering and of correcting: each is read, so that all wrong ones show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from auth_service.accounts import company_details
from auth_service.accounts.company_details import ACCOMMODATION_TYPES, CompanyDetails
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Problem, Violation


@dataclass(frozen=True)
class CompanyForm:
    """As typed; `gemeente` is a GM code, asked only where the place lies in several gemeenten."""

    company_name: str = ""
    street_address: str = ""
    postcode: str = ""
    place: str = ""
    gemeente: str = ""
    kvk_number: str = ""
    phone: str = ""
    sleeping_places: str = ""
    accommodation: str = ""


COMPANY_READERS: Mapping[Field, Callable[[str], Any]] = {
    Field.COMPANY_NAME: company_details.read_company_name,
    Field.STREET_ADDRESS: company_details.read_street_address,
    Field.POSTCODE: company_details.read_postcode,
    Field.PLACE: company_details.read_place,
    Field.KVK_NUMBER: company_details.read_kvk_number,
    Field.PHONE: company_details.read_phone,
    Field.SLEEPING_PLACES: company_details.read_sleeping_places,
    Field.ACCOMMODATION: company_details.read_accommodation,
}


def choices_among(candidates: Sequence[Gemeente]) -> Sequence[tuple[str, str]]:
    """(code, name) of each where there is a choice at all."""
    return [(gemeente.code, gemeente.name) for gemeente in candidates] if len(candidates) > 1 else []


def accommodation_choices(gemeente: Gemeente | None, *, kept: str | None = None) -> Sequence[tuple[str, str]]:
    """(value, label) of those that the gemeente offers, and of the one that a company has already.

    All there are where no gemeente is known (yet).
    """
    offered = gemeente.accommodation_types if gemeente else None
    return [
        (value, label)
        for value, label in ACCOMMODATION_TYPES.items()
        if offered is None or value in (*offered, kept)
    ]


class CompanyReading:
    """What was read from a form so far, and what is wrong with it."""

    def __init__(
        self, form: CompanyForm, readers: Mapping[Field, Callable[[str], Any]] = COMPANY_READERS
    ) -> None:
        self.form = form
        self.violations: list[Violation] = []
        self.gemeente_choices: Sequence[tuple[str, str]] = ()
        self.accommodation_choices: Sequence[tuple[str, str]] = ()
        self._values: dict[Field, Any] = {}
        for field, read in readers.items():
            self._take(field, partial(read, getattr(form, field)))

    @property
    def place(self) -> str | None:
        return self._values.get(Field.PLACE)

    @property
    def details(self) -> CompanyDetails:
        return CompanyDetails(
            name=self._values[Field.COMPANY_NAME],
            street_address=self._values[Field.STREET_ADDRESS],
            postcode=self._values[Field.POSTCODE],
            place=self._values[Field.PLACE],
            kvk_number=self._values[Field.KVK_NUMBER],
            phone=self._values[Field.PHONE],
            sleeping_places=self._values[Field.SLEEPING_PLACES],
            accommodation=self._values[Field.ACCOMMODATION],
        )

    def choose_gemeente(self, candidates: Sequence[Gemeente], tenant: Gemeente | None) -> Gemeente | None:
        """The gemeente of the place, from all that have a place of this name.

        On the pages of a gemeente it is that `tenant`, and nobody is asked.
        """
        chosen = self._within(tenant, candidates) if tenant else self._chosen_among(candidates)
        if chosen and not chosen.participating:
            self._refuse(Field.PLACE, Problem.NOT_SUBSCRIBED, gemeente=chosen.name)
        return chosen

    def stay_in(self, own: Gemeente, candidates: Sequence[Gemeente]) -> None:
        """Refuse a place that doesn't lie in this gemeente."""
        chosen = self._chosen_among(candidates)
        if chosen and chosen.code != own.code:
            self._refuse(Field.PLACE, Problem.OTHER_GEMEENTE, gemeente=own.name, contact=own.email)

    def check_accommodation(self, gemeente: Gemeente, *, kept: str | None = None) -> None:
        """Refuse a type that the gemeente doesn't offer, but for the one that a company has already."""
        self.accommodation_choices = accommodation_choices(gemeente, kept=kept)
        typed = self._values.get(Field.ACCOMMODATION)
        if typed is not None and typed not in dict(self.accommodation_choices):
            self._refuse(Field.ACCOMMODATION, Problem.NOT_OFFERED, gemeente=gemeente.name)

    def _within(self, tenant: Gemeente, candidates: Sequence[Gemeente]) -> Gemeente | None:
        if not candidates:
            self._refuse(Field.PLACE, Problem.UNKNOWN_PLACE)
            return None
        own = [gemeente for gemeente in candidates if gemeente.code == tenant.code]
        if not own:
            self._refuse(Field.PLACE, Problem.NOT_IN_TENANT, gemeente=tenant.name)
            return None
        return own[0]

    def _chosen_among(self, candidates: Sequence[Gemeente]) -> Gemeente | None:
        self.gemeente_choices = choices_among(candidates)
        if self.gemeente_choices:
            candidates = [gemeente for gemeente in candidates if gemeente.code == self.form.gemeente]
            if not candidates:
                self._refuse(Field.GEMEENTE, Problem.SEVERAL_GEMEENTEN)
                return None
        if not candidates:
            self._refuse(Field.PLACE, Problem.UNKNOWN_PLACE)
            return None
        return candidates[0]

    def refuse_if_wrong(self) -> None:
        if self.violations:
            in_form_order = sorted(self.violations, key=lambda violation: list(Field).index(violation.field))
            raise InputRefused(
                *in_form_order,
                gemeente_choices=self.gemeente_choices,
                accommodation_choices=self.accommodation_choices,
            )

    def _take(self, field: Field, read: Callable[[], Any]) -> None:
        try:
            self._values[field] = read()
        except FieldRefused as refusal:
            self._refuse(field, refusal.problem)

    def _refuse(self, field: Field, problem: Problem, **facts: str) -> None:
        self.violations.append(Violation(field, problem, facts))
