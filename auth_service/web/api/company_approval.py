"""/v1/gemeenten/{code}/bedrijven/{id}: approving of a company that registered, or rejecting it."""

from pydantic import ConfigDict

from auth_service.web.api.call import Call, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    ALREADY_DECIDED,
    FACTOR_OWED,
    NO_COMPANY,
    NO_GEMEENTE,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE

COMPANY = "/gemeenten/{code}/bedrijven/{id}"
IN_PATH = (
    IN_GEMEENTE,
    PathParameter("id", "Het bedrijf dat zich aanmeldde.", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
)


class RejectionBody(Body):
    model_config = ConfigDict(title="Afwijzing")

    rejection_reason: str = required_text(
        "Waarom de aanmelding wordt afgewezen. De ondernemer krijgt dit in een e-mail.",
        "Dit adres is geen plek waar gasten mogen slapen.",
    )


async def approve(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    await asked.services.company_approval.approve(logged_in, gemeente.code, asked.id_in_path("id"))


async def reject(asked: Asked[RejectionBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    await asked.services.company_approval.reject(
        logged_in, gemeente.code, asked.id_in_path("id"), asked.body.rejection_reason
    )


APPROVE_COMPANY = Call(
    method="POST",
    path=f"{COMPANY}/goedkeuringen",
    name="keurBedrijfGoed",
    tag="Gemeenten",
    summary="Keur de aanmelding van een bedrijf goed",
    description="Voor medewerkers van de gemeente, als de gemeente aanmeldingen wil goedkeuren. De ondernemer"
    " krijgt een e-mail en kan daarna inloggen.",
    takes=NoBody,
    handle=approve,
    status=204,
    gives=None,
    means="Goedgekeurd.",
    refuses=(NO_GEMEENTE, NO_COMPANY, ALREADY_DECIDED, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
REJECT_COMPANY = Call(
    method="POST",
    path=f"{COMPANY}/afwijzingen",
    name="wijsBedrijfAf",
    tag="Gemeenten",
    summary="Wijs de aanmelding van een bedrijf af",
    description="Voor medewerkers van de gemeente. De ondernemer krijgt een e-mail met de reden, en kan niet"
    " inloggen. Goedkeuren kan daarna niet meer.",
    takes=RejectionBody,
    handle=reject,
    status=204,
    gives=None,
    means="Afgewezen.",
    refuses=(NO_GEMEENTE, NO_COMPANY, ALREADY_DECIDED, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
