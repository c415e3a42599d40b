"""Where an entrepreneur stands, in a few words for the helpdesk of his gemeente."""

from dataclasses import dataclass

from auth_service.accounts.company_search import CompanyFilter, CompanyStanding, FoundCompany
from auth_service.accounts.mail_hitches import MailHitch

# The rest of "geweigerd: ".
WHY_REFUSED = {
    MailHitch.ADDRESS_UNKNOWN: "dit adres bestaat niet",
    MailHitch.DOMAIN_UNKNOWN: "het deel na het @-teken klopt niet",
    MailHitch.MAILBOX_FULL: "de mailbox is vol",
    MailHitch.FILTERED: "een spamfilter houdt de e-mail tegen",
    MailHitch.BUSY: "de mailserver neemt de e-mail niet aan",
    MailHitch.NOT_SENT: "onze e-mail kon niet worden verstuurd",
    MailHitch.OTHER: "de mailserver neemt de e-mail niet aan",
}
STANDINGS = {
    CompanyStanding.FROZEN: "2FA geblokkeerd",
    CompanyStanding.BLOCKED: "Geblokkeerd",
    CompanyStanding.REJECTED: "Afgewezen",
    CompanyStanding.AWAITING_APPROVAL: "Wacht op goedkeuring",
    CompanyStanding.MAIL_REFUSED: "E-mail geweigerd: {why}",
    CompanyStanding.UNCONFIRMED: "E-mailadres nog niet bevestigd",
    CompanyStanding.CLOSED: "Account gesloten",
    CompanyStanding.WITHOUT_TOTP: "Actief, 2FA uit",
    CompanyStanding.PARTLY_WITHOUT_TOTP: "Actief, 2FA niet bij iedereen aan",
    CompanyStanding.ACTIVE: "Actief, 2FA aan",
}
# Variants of `.badge`; the others are plain.
BADGES = {
    CompanyStanding.FROZEN: "wrong",
    CompanyStanding.BLOCKED: "wrong",
    CompanyStanding.REJECTED: "wrong",
    CompanyStanding.MAIL_REFUSED: "wrong",
    CompanyStanding.AWAITING_APPROVAL: "notice",
    CompanyStanding.UNCONFIRMED: "notice",
    CompanyStanding.CLOSED: "notice",
    CompanyStanding.WITHOUT_TOTP: "notice",
    CompanyStanding.PARTLY_WITHOUT_TOTP: "notice",
}
# Their names in addresses, the same on the page and in the API.
FILTER_NAMES = {
    CompanyFilter.UNCONFIRMED: "niet-bevestigd",
    CompanyFilter.MAIL_REFUSED: "mail-geweigerd",
    CompanyFilter.WITHOUT_TOTP: "zonder-2fa",
    CompanyFilter.BLOCKED: "geblokkeerd",
    CompanyFilter.AWAITING_APPROVAL: "wacht-op-goedkeuring",
}
FILTERS = {
    CompanyFilter.UNCONFIRMED: "Niet bevestigd",
    CompanyFilter.MAIL_REFUSED: "E-mail geweigerd",
    CompanyFilter.WITHOUT_TOTP: "Zonder 2FA",
    CompanyFilter.BLOCKED: "Geblokkeerd",
    CompanyFilter.AWAITING_APPROVAL: "Wacht op goedkeuring",
}


@dataclass(frozen=True)
class ToldStanding:
    """`badge` is a variant of `.badge`, or empty."""

    text: str
    badge: str


def told_standing(company: FoundCompany) -> ToldStanding:
    standing = company.standing
    why = WHY_REFUSED[company.hitch] if company.hitch else ""
    return ToldStanding(STANDINGS[standing].format(why=why), BADGES.get(standing, ""))


def filter_named(name: str) -> CompanyFilter | None:
    """None for a name that no filter has."""
    return next((each for each, its_name in FILTER_NAMES.items() if its_name == name), None)


def number_nl(number: int) -> str:
    """`12.345`."""
    return f"{number:,}".replace(",", ".")
