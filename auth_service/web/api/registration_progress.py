"""GET /v1/registraties/huidige: what becomes of the mail, for whoever holds the receipt (R-25)."""

from typing import Literal

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailProgress, MailState
from auth_service.web.api.call import Call, Given, Moment
from auth_service.web.api.callers import Asked, NoRegistration
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.problem_kinds import NO_REGISTRATION
from shared.address_masking import masked_address

Status = Literal["inWachtrij", "vertraagd", "afgeleverd", "geweigerd", "verlopen", "teruggekomen"]
STATUSES: dict[MailState, Status] = {
    MailState.QUEUED: "inWachtrij",
    MailState.DEFERRED: "vertraagd",
    MailState.DELIVERED: "afgeleverd",
    MailState.REFUSED: "geweigerd",
    MailState.EXPIRED: "verlopen",
    MailState.BOUNCED: "teruggekomen",
}
Reason = Literal[
    "adresOnbekend", "domeinOnbekend", "mailboxVol", "tegengehouden", "nuNiet", "nietVerstuurd", "onbekend"
]
REASONS: dict[MailHitch, Reason] = {
    MailHitch.ADDRESS_UNKNOWN: "adresOnbekend",
    MailHitch.DOMAIN_UNKNOWN: "domeinOnbekend",
    MailHitch.MAILBOX_FULL: "mailboxVol",
    MailHitch.FILTERED: "tegengehouden",
    MailHitch.BUSY: "nuNiet",
    MailHitch.NOT_SENT: "nietVerstuurd",
    MailHitch.OTHER: "onbekend",
}


class MailGiven(Given):
    model_config = ConfigDict(title="Mail")

    status: Status = MemberOf(
        description="`inWachtrij`: wordt verstuurd. `vertraagd`: we proberen het later opnieuw. `afgeleverd`:"
        " aangenomen door de mailserver. `geweigerd`: komt niet aan. `verlopen`: te laat, vraag een nieuwe"
        " code. `teruggekomen`: eerst aangenomen en later toch geweigerd."
    )
    tijdstip: Moment = MemberOf(description="Sinds wanneer dat zo is.")
    volgende_poging: Moment | None = MemberOf(
        alias="volgendePoging", description="Alleen bij `vertraagd`, en zolang dat moment nog komt."
    )
    reden: Reason | None = MemberOf(
        description="Bij `vertraagd`, `geweigerd` en `teruggekomen`. `tegengehouden`: meestal door een"
        " spamfilter. `nuNiet`: de mailserver neemt de e-mail later misschien wel aan. `nietVerstuurd`: het"
        " ligt aan ons. `onbekend`: de mailserver zei niet waarom."
    )


class CurrentRegistration(Given):
    model_config = ConfigDict(title="HuidigeRegistratie")

    email: str = MemberOf(
        description="Het adres van de registratie, zonder alles te laten zien.",
        examples=["na***@voorbeeld.nl"],
    )
    emails: tuple[MailGiven, ...] = MemberOf(
        description="De laatste vijf e-mails die met dit ontvangstbewijs zijn aangevraagd, de nieuwste eerst."
    )


async def get_registration(asked: Asked[NoBody]) -> CurrentRegistration:
    receipt = asked.receipt()
    progress = await asked.services.registration_progress.newest(receipt) if receipt else None
    if progress is None:
        raise NoRegistration
    return CurrentRegistration(
        email=masked_address(progress.email),
        emails=tuple(given(mail) for mail in progress.mails),
    )


def given(mail: MailProgress) -> MailGiven:
    return MailGiven(
        status=STATUSES[mail.state],
        tijdstip=mail.at,
        volgendePoging=mail.next_try_at,
        reden=REASONS[mail.hitch] if mail.hitch else None,
    )


GET_REGISTRATION = Call(
    method="GET",
    path="/registraties/huidige",
    name="bekijkRegistratie",
    tag="Registreren",
    summary="Bekijk wat er met de e-mail gebeurt",
    description="Van de nieuwste registratie met dit ontvangstbewijs, tot het adres is bevestigd."
    " Het antwoord is voor elk e-mailadres hetzelfde.",
    takes=NoBody,
    handle=get_registration,
    status=200,
    gives=CurrentRegistration,
    means="De registratie die op haar code wacht.",
    refuses=(NO_REGISTRATION,),
    takes_receipt=True,
)
