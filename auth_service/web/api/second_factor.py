"""/v1/sessies/huidige/…: the second factor after the password, and proving anew before what matters."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.flows.sessions import OpenedSession as Opened
from auth_service.web.api.call import Call
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, required_text
from auth_service.web.api.problem_kinds import CODE_REJECTED, NOTHING_OWED, TOO_OFTEN, TOTP_NEEDED
from auth_service.web.api.sessions import CURRENT, STATUSES, OpenedSession
from auth_service.web.api.signed_in import any_session, provable_session

TOTP_EXAMPLE = "287082"
RECOVERY_EXAMPLE = "K7QM-2D9X-0RTC-W48H"
EACH_ONCE = " Elke code werkt één keer. Het token van vóór de aanroep werkt daarna niet meer."


class TotpBody(Body):
    model_config = ConfigDict(title="CodeUitApp")

    totp_code: str = required_text("De 6-cijferige code uit de authenticatie-app.", TOTP_EXAMPLE)


class RecoveryCodeBody(Body):
    model_config = ConfigDict(title="Herstelcode")

    recovery_code: str = required_text("Een van de herstelcodes van het account.", RECOVERY_EXAMPLE)


class ProofBody(Body):
    model_config = ConfigDict(title="Herbevestiging")

    password: str = required_text("Het wachtwoord.", "vier losse woorden achter elkaar", format="password")
    either_code: str | None = MemberOf(
        default=None,
        description="De 6-cijferige code uit de app, of een herstelcode. Alleen waar 2FA aanstaat.",
        examples=[TOTP_EXAMPLE],
    )


async def prove_totp(asked: Asked[TotpBody]) -> OpenedSession:
    logged_in = await any_session(asked)
    flow = asked.services.two_factor.at_login
    return given(await flow.prove_totp(logged_in, asked.body.totp_code, asked.visitor()))


async def prove_recovery_code(asked: Asked[RecoveryCodeBody]) -> OpenedSession:
    logged_in = await any_session(asked)
    flow = asked.services.two_factor.at_login
    return given(await flow.prove_recovery_code(logged_in, asked.body.recovery_code, asked.visitor()))


def given(opened: Opened) -> OpenedSession:
    return OpenedSession(token=opened.token, status=STATUSES[opened.state])


async def reconfirm(asked: Asked[ProofBody]) -> None:
    body = asked.body
    logged_in = await provable_session(asked)
    await asked.services.reconfirmation.confirm(
        logged_in, body.password, body.either_code or "", asked.visitor(), token=asked.token()
    )


PROVE_TOTP = Call(
    method="POST",
    path=f"{CURRENT}/totp",
    name="bevestigMetCodeUitApp",
    tag="Sessies",
    summary="Bevestig een sessie met de code uit de app",
    description="Voor een sessie met de status `totpVereist`." + EACH_ONCE,
    takes=TotpBody,
    handle=prove_totp,
    status=200,
    gives=OpenedSession,
    means="Ingelogd, met een nieuw token.",
    refuses=(CODE_REJECTED, NOTHING_OWED, TOO_OFTEN),
    needs_token=True,
)
PROVE_RECOVERY_CODE = Call(
    method="POST",
    path=f"{CURRENT}/herstelcode",
    name="bevestigMetHerstelcode",
    tag="Sessies",
    summary="Bevestig een sessie met een herstelcode",
    description="Voor een sessie met de status `totpVereist`, als de app er niet is." + EACH_ONCE,
    takes=RecoveryCodeBody,
    handle=prove_recovery_code,
    status=200,
    gives=OpenedSession,
    means="Ingelogd, met een nieuw token.",
    refuses=(CODE_REJECTED, NOTHING_OWED, TOO_OFTEN),
    needs_token=True,
)
RECONFIRM = Call(
    method="POST",
    path=f"{CURRENT}/herbevestiging",
    name="bevestigOpnieuw",
    tag="Sessies",
    summary="Bewijs opnieuw wie u bent",
    description="Nodig voor wat belangrijk is, en dan 5 minuten geldig. Wie net heeft ingelogd, heeft het"
    " niet nodig. Stuur `code` mee waar 2FA aanstaat, en laat het anders weg.",
    takes=ProofBody,
    handle=reconfirm,
    status=204,
    gives=None,
    means="Bevestigd.",
    refuses=(CODE_REJECTED, TOTP_NEEDED, TOO_OFTEN),
    needs_token=True,
)
