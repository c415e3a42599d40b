"""Sentences for the next page, carried over a redirect by their names, so that nobody can put words here."""

from datetime import timedelta
from enum import StrEnum

from aiohttp import web

from auth_service.web.cookies import Cookie, CookieChange, read_cookie, write_with_page
from auth_service.web.refusals_nl import REGISTRATION_MOVED_ON
from auth_service.web.services import services_of

SEPARATOR = "."
MINUTE = timedelta(minutes=1)


class Notice(StrEnum):
    ACTIVATED = "activated"
    ACTIVATED_AWAITING_APPROVAL = "activated_awaiting_approval"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a notice, not a password.
    OWN_PASSWORD_CHANGED = "own_password_changed"  # noqa: S105 - a notice, not a password.
    LOGGED_OUT = "logged_out"
    IDLE = "idle"
    TOO_OLD = "too_old"
    CONFIRM_FIRST = "confirm_first"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOTP_ENABLED = "totp_enabled"
    ENROL_FIRST = "enrol_first"
    CODE_MAILED = "code_mailed"
    RECOVERY_CODES_KEPT = "recovery_codes_kept"
    TOTP_RESET_REQUIRED = "totp_reset_required"
    TOTP_RESET = "totp_reset"
    POLICY_CHANGED = "policy_changed"
    DEVICE_LOGGED_OUT = "device_logged_out"
    OTHERS_LOGGED_OUT = "others_logged_out"
    FORM_LOST = "form_lost"
    FORM_KEPT = "form_kept"
    FORM_UNSAVED = "form_unsaved"
    NOT_DONE = "not_done"
    NOT_DONE_YET = "not_done_yet"
    RECONFIRMED = "reconfirmed"
    DETAILS_SAVED = "details_saved"
    NOTHING_CHANGED = "nothing_changed"
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_CLOSED = "account_closed"
    INVITATION_ACCEPTED = "invitation_accepted"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    ACCOUNT_BLOCKED = "account_blocked"
    OTHER_CLOSED = "other_closed"
    ACCOUNT_UNBLOCKED = "account_unblocked"
    ROLE_CHANGED = "role_changed"
    OWN_ROLE_CHANGED = "own_role_changed"
    RIGHTS_REVIEWED = "rights_reviewed"
    CODE_RESENT = "code_resent"
    REGISTRATION_CORRECTED = "registration_corrected"
    REGISTRATION_MOVED_ON = "registration_moved_on"
    MAIL_RESUMED = "mail_resumed"
    RESET_MAILED = "reset_mailed"
    COMPANY_APPROVED = "company_approved"
    COMPANY_REJECTED = "company_rejected"
    ALREADY_DECIDED = "already_decided"
    SETTINGS_SAVED = "settings_saved"
    GEMEENTE_SAVED = "gemeente_saved"
    TOTP_RESET_FOR = "totp_reset_for"
    TOTP_RESET_PLANNED = "totp_reset_planned"
    TOTP_RESET_WITHDRAWN = "totp_reset_withdrawn"
    TOTP_RESET_STOPPED = "totp_reset_stopped"
    ENROLMENT_FROZEN = "enrolment_frozen"
    ALREADY_OBJECTED = "already_objected"
    ENROLMENT_RELEASED = "enrolment_released"


# Two of one name in the app are how people come to type the code of the wrong one.
REMOVE_OLD_CODE = "Verwijder de oude code uit uw app."
SENTENCES: dict[Notice, str] = {
    Notice.ACTIVATED: "Uw e-mailadres is bevestigd. U kunt nu inloggen.",
    Notice.ACTIVATED_AWAITING_APPROVAL: (
        "Uw e-mailadres is bevestigd. De gemeente moet uw aanmelding nog goedkeuren."
        " U krijgt een e-mail als dat is gebeurd."
    ),
    Notice.PASSWORD_CHANGED: "Uw wachtwoord is gewijzigd. U kunt nu inloggen met uw nieuwe wachtwoord.",
    Notice.OWN_PASSWORD_CHANGED: "Uw wachtwoord is gewijzigd. U bent op uw andere apparaten uitgelogd.",
    Notice.LOGGED_OUT: "U bent uitgelogd.",
    Notice.IDLE: "U bent uitgelogd, omdat u {minutes} minuten niets heeft gedaan. Log opnieuw in.",
    Notice.TOO_OLD: "Uw sessie is verlopen. Log opnieuw in.",
    Notice.CONFIRM_FIRST: (
        "Bevestig eerst uw e-mailadres. Vul de code in uit de e-mail die u van ons kreeg."
    ),
    Notice.RECOVERY_CODE_USED: (
        "U bent ingelogd met een herstelcode. Die code werkt nu niet meer."
        " Heeft u een nieuwe telefoon? Ga dan naar Tweefactorauthenticatie en reset 2FA."
    ),
    Notice.TOTP_ENABLED: "2FA is ingesteld. U heeft de app voortaan nodig om in te loggen.",
    Notice.ENROL_FIRST: "2FA is gereset door iemand anders. Stel 2FA daarom eerst opnieuw in.",
    Notice.CODE_MAILED: "We sturen u een nieuwe code. U krijgt de e-mail binnen een paar minuten.",
    Notice.RECOVERY_CODES_KEPT: (
        "U heeft uw herstelcodes bewaard. Heeft u uw telefoon een keer niet?"
        " Klik dan bij het inloggen op 'Log in met een herstelcode'."
    ),
    Notice.TOTP_RESET_REQUIRED: (
        f"2FA is gereset. U stelt 2FA opnieuw in als u de volgende keer inlogt. {REMOVE_OLD_CODE}"
    ),
    Notice.TOTP_RESET: f"2FA is gereset. U logt voortaan in met alleen uw wachtwoord. {REMOVE_OLD_CODE}",
    Notice.POLICY_CHANGED: "Uw keuze is opgeslagen.",
    Notice.DEVICE_LOGGED_OUT: "Het apparaat is uitgelogd.",
    Notice.OTHERS_LOGGED_OUT: "Alle andere apparaten zijn uitgelogd.",
    Notice.FORM_LOST: "Wat u had ingevuld, is niet opgeslagen.",
    Notice.FORM_KEPT: "Wat u had ingevuld, vindt u straks terug.",
    Notice.FORM_UNSAVED: (
        "Wat u had ingevuld, is nog niet opgeslagen. Controleer het en klik op de knop onder het formulier."
    ),
    Notice.NOT_DONE: "Wat u wilde doen, is niet gedaan.",
    Notice.NOT_DONE_YET: "Wat u wilde doen, is nog niet gedaan. Bevestig eerst dat u het bent.",
    Notice.RECONFIRMED: "U heeft bevestigd dat u het bent. Ga verder met wat u wilde doen.",
    Notice.DETAILS_SAVED: "Uw gegevens zijn opgeslagen.",
    Notice.NOTHING_CHANGED: "U heeft niets gewijzigd. Er is dus niets opgeslagen.",
    Notice.EMAIL_CHANGED: (
        "Uw e-mailadres is gewijzigd. Log voortaan in met uw nieuwe e-mailadres."
        " Op andere apparaten bent u uitgelogd."
    ),
    Notice.ACCOUNT_CLOSED: "Uw account is gesloten.",
    Notice.INVITATION_ACCEPTED: "Uw account is gemaakt. U kunt nu inloggen.",
    Notice.INVITED: "De uitnodiging wordt verstuurd. Onder de lijst ziet u of de e-mail aankomt.",
    Notice.INVITATION_WITHDRAWN: "De uitnodiging is ingetrokken. De code in de e-mail werkt niet meer.",
    Notice.OTHER_CLOSED: "Het account is gesloten. De gebruiker krijgt daarover een e-mail.",
    Notice.ACCOUNT_BLOCKED: "Het account is geblokkeerd. De gebruiker is overal uitgelogd.",
    Notice.ACCOUNT_UNBLOCKED: "De blokkade is opgeheven. De gebruiker kan weer inloggen.",
    Notice.ROLE_CHANGED: "De rol is gewijzigd. De gebruiker is overal uitgelogd en moet opnieuw inloggen.",
    Notice.OWN_ROLE_CHANGED: "U bent geen beheerder van uw bedrijf meer. Log opnieuw in.",
    Notice.RIGHTS_REVIEWED: "Opgeslagen dat u de rechten heeft gecontroleerd.",
    Notice.CODE_RESENT: "De code is opnieuw verstuurd. Hieronder ziet u of de e-mail wordt bezorgd.",
    Notice.REGISTRATION_CORRECTED: (
        "Het e-mailadres is verbeterd. Er is een nieuwe e-mail naar dat adres gestuurd."
        " Oude codes werken niet meer."
    ),
    Notice.REGISTRATION_MOVED_ON: REGISTRATION_MOVED_ON,
    Notice.MAIL_RESUMED: (
        "We sturen weer e-mail naar dit adres. E-mails van eerder sturen we niet vanzelf opnieuw."
    ),
    Notice.RESET_MAILED: "Er is een e-mail gestuurd waarmee de gebruiker een nieuw wachtwoord kiest.",
    Notice.COMPANY_APPROVED: "De aanmelding is goedgekeurd. De ondernemer krijgt daarover een e-mail.",
    Notice.COMPANY_REJECTED: "De aanmelding is afgewezen. De ondernemer krijgt een e-mail met uw reden.",
    Notice.ALREADY_DECIDED: "Deze aanmelding wacht niet (meer) op goedkeuring. Er is dus niets gewijzigd.",
    Notice.SETTINGS_SAVED: "De instellingen zijn opgeslagen.",
    Notice.GEMEENTE_SAVED: "De gemeente is opgeslagen.",
    Notice.TOTP_RESET_FOR: "2FA is gereset. De gebruiker krijgt een e-mail met een code.",
    Notice.TOTP_RESET_PLANNED: (
        "Het resetten van 2FA is gepland. De gebruiker krijgt een e-mail en kan het nog tegenhouden."
    ),
    Notice.TOTP_RESET_WITHDRAWN: "Het resetten van 2FA is ingetrokken.",
    Notice.TOTP_RESET_STOPPED: (
        "Het resetten van 2FA is tegengehouden. Er is niets gewijzigd. Uw gemeente weet ervan."
    ),
    Notice.ALREADY_OBJECTED: "U heeft dit al gemeld. De gemeente weet ervan.",
    Notice.ENROLMENT_FROZEN: (
        "Uw account is geblokkeerd en u bent overal uitgelogd. Uw gemeente weet ervan."
        " Bel de gemeente om uw account weer te gebruiken."
    ),
    Notice.ENROLMENT_RELEASED: "2FA is vrijgegeven. De gebruiker krijgt een e-mail met een code.",
}


SAID_HERE = web.RequestKey("notices_said_here", list[Notice])


def leave_notice(*notices: Notice) -> CookieChange:
    return CookieChange(Cookie.NOTICE, SEPARATOR.join(notices))


def say_on_this_page(request: web.Request, notice: Notice) -> None:
    request.setdefault(SAID_HERE, []).append(notice)


def notice_for(request: web.Request) -> str | None:
    """The sentences that the page before left behind, to be shown once, and those of this page itself."""
    idle = services_of(request).site.session_idle
    told = [*left_behind(request), *request.get(SAID_HERE, ())]
    return " ".join(SENTENCES[notice] for notice in told).format(minutes=idle // MINUTE) or None


def left_behind(request: web.Request) -> list[Notice]:
    names = read_cookie(request, Cookie.NOTICE)
    if names is None:
        return []
    write_with_page(request, CookieChange(Cookie.NOTICE, None))
    return [Notice(name) for name in names.split(SEPARATOR) if name in list(Notice)]
