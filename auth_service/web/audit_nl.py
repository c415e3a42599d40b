"""What was done to an account or its company, and who did it, in Dutch."""

from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import AuditedAct, AuditLine

ACTS = {
    AuditedAct.TOTP_ENABLED: "2FA is ingesteld",
    AuditedAct.TOTP_RESET: "2FA is gereset",
    AuditedAct.RECOVERY_CODE_USED: "Een herstelcode is gebruikt",
    AuditedAct.RECOVERY_CODES_MADE: "Er zijn nieuwe herstelcodes gemaakt",
    AuditedAct.TOTP_REQUIRED: "2FA is verplicht gemaakt voor alle gebruikers van uw bedrijf",
    AuditedAct.TOTP_NOT_REQUIRED: "De verplichting van 2FA voor uw bedrijf is opgeheven",
    AuditedAct.PASSWORD_CHANGED: "Het wachtwoord is gewijzigd",
    AuditedAct.EMAIL_CHANGED: "Het e-mailadres is gewijzigd",
    AuditedAct.DETAILS_CORRECTED: "De gegevens van uw bedrijf zijn gewijzigd",
    AuditedAct.ACCOUNT_CLOSED: "Het account is gesloten",
}
DOERS = {
    Role.ONDERNEMER: "de beheerder van uw bedrijf",
    Role.GEBRUIKER: "een gebruiker van uw bedrijf",
    Role.GEMEENTEMEDEWERKER: "een medewerker van de gemeente",
    Role.BEHEERDER: "een beheerder van het systeem",
}
HIMSELF = "uzelf"


@dataclass(frozen=True)
class ToldAct:
    """`sentence` is a whole one; `reason` as whoever did it typed it."""

    happened_at: datetime
    act: str
    doer: str
    reason: str | None

    @property
    def sentence(self) -> str:
        return f"{self.act} door {self.doer}."


def told(line: AuditLine, reader: Account) -> ToldAct:
    doer = HIMSELF if line.actor.id == reader.id else DOERS[line.actor.role]
    return ToldAct(line.happened_at, ACTS[line.act], doer, line.reason)
