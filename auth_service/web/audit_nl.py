"""What was done to an account or its company, and who did it, in Dutch."""

from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import AuditedAct, AuditLine
from auth_service.web.identification_nl import told_identification

ACTS = {
    AuditedAct.TOTP_ENABLED: "2FA is ingesteld",
    AuditedAct.TOTP_RESET: "2FA is gereset",
    AuditedAct.RECOVERY_CODE_USED: "Een herstelcode is gebruikt",
    AuditedAct.RECOVERY_CODES_MADE: "Er zijn nieuwe herstelcodes gemaakt",
    AuditedAct.TOTP_REQUIRED: "2FA is verplicht gemaakt",
    AuditedAct.TOTP_NOT_REQUIRED: "De verplichting van 2FA is opgeheven",
    AuditedAct.PASSWORD_CHANGED: "Het wachtwoord is gewijzigd",
    AuditedAct.EMAIL_CHANGED: "Het e-mailadres is gewijzigd",
    AuditedAct.DETAILS_CORRECTED: "De gegevens van het bedrijf zijn gewijzigd",
    AuditedAct.ACCOUNT_CLOSED: "Het account is gesloten",
    AuditedAct.ACCOUNT_OPENED: "Het e-mailadres is bevestigd en het account is geopend",
    AuditedAct.ACCOUNT_BLOCKED: "Het account is geblokkeerd",
    AuditedAct.ACCOUNT_UNBLOCKED: "De blokkade van het account is opgeheven",
    AuditedAct.ACCOUNT_ANONYMISED: "De gegevens van het account zijn verwijderd",
    AuditedAct.ACTIVATION_CODE_SENT: "Er is een nieuwe code gestuurd om het e-mailadres te bevestigen",
    AuditedAct.REGISTRATION_CORRECTED: "Het e-mailadres van de aanmelding is verbeterd",
    AuditedAct.PASSWORD_RESET_SENT: "Er is een e-mail gestuurd om een nieuw wachtwoord te kiezen",
    AuditedAct.COMPANY_APPROVED: "De aanmelding is goedgekeurd",
    AuditedAct.COMPANY_REJECTED: "De aanmelding is afgewezen",
    AuditedAct.TOTP_RESET_ANNOUNCED: "Er is gevraagd om 2FA te resetten",
    AuditedAct.TOTP_RESET_CANCELLED: "Het resetten van 2FA is tegengehouden",
    AuditedAct.TOTP_RESET_DISPUTED: "Er is gemeld dat het resetten van 2FA niet klopt",
    AuditedAct.ENROLMENT_RELEASED: "2FA mag weer worden ingesteld",
    AuditedAct.TOTP_REQUIRED_ANNOUNCED: "Er is aangekondigd dat 2FA verplicht wordt",
    AuditedAct.TOTP_ANNOUNCEMENT_WITHDRAWN: "De aankondiging dat 2FA verplicht wordt, is ingetrokken",
    AuditedAct.INVITED: "Er is iemand uitgenodigd",
    AuditedAct.INVITATION_WITHDRAWN: "Een uitnodiging is ingetrokken",
    AuditedAct.INVITATION_ACCEPTED: "Een uitnodiging is aangenomen",
    AuditedAct.MADE_MANAGER: "De gebruiker is beheerder van het bedrijf gemaakt",
    AuditedAct.MADE_USER: "De gebruiker is geen beheerder van het bedrijf meer",
    AuditedAct.GEMEENTE_CHANGED: "De instellingen van de gemeente zijn gewijzigd",
    AuditedAct.GEMEENTE_JOINED: "De gemeente doet mee",
    AuditedAct.GEMEENTE_LEFT: "De gemeente doet niet meer mee",
    AuditedAct.RIGHTS_REVIEWED: "De rechten van de medewerkers zijn gecontroleerd",
    AuditedAct.TRAIL_EXPORTED: "Het logboek is gedownload",
    AuditedAct.SUPPRESSION_LIFTED: "E-mail sturen naar het e-mailadres is weer aangezet",
    AuditedAct.SUPPRESSION_LIFTED_FOR_INVITED: (
        "E-mail sturen naar iemand die is uitgenodigd, is weer aangezet"
    ),
    AuditedAct.ACT_REFUSED: "Iets bekijken of doen wat niet mag, is geweigerd",
}
# As its own people read what was done to a company.
ACTS_ON_OWN_COMPANY = {
    AuditedAct.TOTP_REQUIRED: "2FA is verplicht gemaakt voor alle gebruikers van uw bedrijf",
    AuditedAct.TOTP_NOT_REQUIRED: "De verplichting van 2FA voor uw bedrijf is opgeheven",
    AuditedAct.DETAILS_CORRECTED: "De gegevens van uw bedrijf zijn gewijzigd",
}
DOERS = {
    Role.ONDERNEMER: "de beheerder van uw bedrijf",
    Role.GEBRUIKER: "een gebruiker van uw bedrijf",
    Role.GEMEENTEMEDEWERKER: "een medewerker van de gemeente",
    Role.BEHEERDER: "een beheerder van het systeem",
}
HIMSELF = "uzelf"
THE_SYSTEM = "het systeem"


@dataclass(frozen=True)
class ToldAct:
    """`sentence` is a whole one; `reason` as its doer typed it, `identified` how he made sure of whom."""

    happened_at: datetime
    act: str
    doer: str
    reason: str | None
    identified: str | None = None

    @property
    def sentence(self) -> str:
        return f"{self.act} door {self.doer}."


def told(line: AuditLine, reader: Account) -> ToldAct:
    if line.actor.role is None:
        doer = THE_SYSTEM
    else:
        doer = HIMSELF if line.actor.id == reader.id else DOERS[line.actor.role]
    act = ACTS[line.act]
    if line.company_id is not None:
        act = ACTS_ON_OWN_COMPANY.get(line.act, act)
    return ToldAct(line.happened_at, act, doer, line.reason, told_identification(line.identification))
