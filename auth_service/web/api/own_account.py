"""GET /v1/gegevensexport and DELETE /v1/account: all that is held about somebody, and the end of it."""

from auth_service.web.api.call import Call
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.problem_kinds import (
    FACTOR_OWED,
    LAST_MANAGER,
    NOT_ALLOWED,
    PROOF_NEEDED,
    RESET_OPEN,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session
from auth_service.web.held_data import HeldData, held_data


async def export_data(asked: Asked[NoBody]) -> HeldData:
    logged_in = await full_session(asked)
    return held_data(await asked.services.data_export.holdings_of(logged_in))


async def close_account(asked: Asked[NoBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.account_closing.close(logged_in)


EXPORT_DATA = Call(
    method="GET",
    path="/gegevensexport",
    name="exporteerGegevens",
    tag="Gegevens",
    summary="Haal op wat er over iemand wordt bewaard",
    description="Alles over het account, het bedrijf en het gebruik, zonder geheimen.",
    takes=NoBody,
    handle=export_data,
    status=200,
    gives=HeldData,
    means="Wat er wordt bewaard.",
    refuses=(PROOF_NEEDED, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
)
CLOSE_ACCOUNT = Call(
    method="DELETE",
    path="/account",
    name="sluitAccount",
    tag="Gegevens",
    summary="Sluit het account",
    description="Voorgoed: inloggen kan daarna niet meer. Alle sessies zijn voorbij en 2FA is weg. Niet voor"
    " medewerkers van een gemeente.",
    takes=NoBody,
    handle=close_account,
    status=204,
    gives=None,
    means="Het account is gesloten.",
    refuses=(PROOF_NEEDED, NOT_ALLOWED, LAST_MANAGER, RESET_OPEN, *FACTOR_OWED),
    needs_token=True,
)
