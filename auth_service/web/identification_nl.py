"""How staff made sure of whom they helped: in forms, in JSON and in Dutch."""

from collections.abc import Mapping

from auth_service.accounts.identification import Identification, IdentifiedBy, TypedIdentification
from auth_service.accounts.refusals import Field
from auth_service.web.form_view import FORM_NAMES

NAMES: dict[IdentifiedBy, str] = {
    IdentifiedBy.CALLED_BACK: "teruggebeld",
    IdentifiedBy.DOCUMENT_SEEN: "identiteitsbewijs",
    IdentifiedBy.COMPANY_REGISTER: "uittreksel",
    IdentifiedBy.OTHERWISE: "anders",
}
LABELS: dict[IdentifiedBy, str] = {
    IdentifiedBy.CALLED_BACK: "Teruggebeld op het bekende telefoonnummer",
    IdentifiedBy.DOCUMENT_SEEN: "Paspoort of ID-kaart gezien aan de balie",
    IdentifiedBy.COMPANY_REGISTER: "Uittreksel van de KVK en identiteitsbewijs gezien",
    IdentifiedBy.OTHERWISE: "Anders",
}
CHOICES = [(NAMES[by], label) for by, label in LABELS.items()]
BY_NAME = {name: by for by, name in NAMES.items()}


def typed_identification(name: str, how: str) -> TypedIdentification:
    return TypedIdentification(BY_NAME.get(name), how)


def posted_identification(fields: Mapping[str, str]) -> TypedIdentification:
    return typed_identification(
        fields.get(FORM_NAMES[Field.IDENTIFIED_BY], ""), fields.get(FORM_NAMES[Field.IDENTIFIED_HOW], "")
    )


def told_identification(identification: Identification | None) -> str | None:
    if identification is None:
        return None
    return identification.how or LABELS[identification.by]
