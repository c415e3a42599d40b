"""Why somebody is asked to set up two-factor authentication, in Dutch."""

from auth_service.accounts.two_factor import Obligation
from auth_service.flows.sessions import LoggedIn

WHAT = "tweefactorauthenticatie (2FA)"
HOW = "U logt in met uw wachtwoord én een code uit een app."
REASONS: dict[Obligation, str] = {
    Obligation.ROLE: f"Voor uw werk vragen we extra beveiliging: {WHAT}. {HOW}",
    Obligation.GEMEENTE: f"De gemeente {{gemeente}} vraagt om extra beveiliging: {WHAT}. {HOW}",
    Obligation.COMPANY: f"Uw bedrijf gebruikt {WHAT}. {HOW}",
}
VOLUNTARY = (
    f"Met {WHAT} is uw account beter beveiligd. U logt dan in met uw wachtwoord én een code uit een app."
)


def reason_to_enrol(logged_in: LoggedIn) -> str:
    obligation = logged_in.account.two_factor.obligation
    if obligation is None:
        return VOLUNTARY
    return REASONS[obligation].format(gemeente=logged_in.gemeente.name)
