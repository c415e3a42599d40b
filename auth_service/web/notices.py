"""A sentence for the next page, carried over a redirect by its name, so that nobody can put words here."""

from enum import StrEnum

from aiohttp import web

from auth_service.web.cookies import Cookie, CookieChange, read_cookie
from auth_service.web.services import services_of

READ = web.RequestKey("notice_read", CookieChange)


class Notice(StrEnum):
    ACTIVATED = "activated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a notice, not a password.
    LOGGED_OUT = "logged_out"
    IDLE = "idle"
    TOO_OLD = "too_old"
    CONFIRM_FIRST = "confirm_first"
    TOTP_ENABLED = "totp_enabled"
    CODE_MAILED = "code_mailed"
    RECOVERY_CODES_KEPT = "recovery_codes_kept"
    TOTP_RESET_REQUIRED = "totp_reset_required"
    TOTP_RESET = "totp_reset"
    POLICY_CHANGED = "policy_changed"
    DEVICE_LOGGED_OUT = "device_logged_out"
    OTHERS_LOGGED_OUT = "others_logged_out"


SENTENCES: dict[Notice, str] = {
    Notice.ACTIVATED: "Uw e-mailadres is bevestigd. U kunt nu inloggen.",
    Notice.PASSWORD_CHANGED: "Uw wachtwoord is gewijzigd. U kunt nu inloggen met uw nieuwe wachtwoord.",
    Notice.LOGGED_OUT: "U bent uitgelogd.",
    Notice.IDLE: "U bent uitgelogd, omdat u {minutes} minuten niets heeft gedaan. Log opnieuw in.",
    Notice.TOO_OLD: "Uw sessie is verlopen. Log opnieuw in.",
    Notice.CONFIRM_FIRST: (
        "Bevestig eerst uw e-mailadres. Vul de code in uit de e-mail die u van ons kreeg."
    ),
    Notice.TOTP_ENABLED: "2FA is ingesteld. U heeft de app voortaan nodig om in te loggen.",
    Notice.CODE_MAILED: "We sturen u een nieuwe code. U krijgt de e-mail binnen een paar minuten.",
    Notice.RECOVERY_CODES_KEPT: "Bewaar uw herstelcodes op een veilige plek, niet op uw telefoon.",
    Notice.TOTP_RESET_REQUIRED: "2FA is gereset. U stelt 2FA opnieuw in als u de volgende keer inlogt.",
    Notice.TOTP_RESET: "2FA is gereset. U logt voortaan in met alleen uw wachtwoord.",
    Notice.POLICY_CHANGED: "Uw keuze is opgeslagen.",
    Notice.DEVICE_LOGGED_OUT: "Het apparaat is uitgelogd.",
    Notice.OTHERS_LOGGED_OUT: "Alle andere apparaten zijn uitgelogd.",
}


def leave_notice(notice: Notice) -> CookieChange:
    return CookieChange(Cookie.NOTICE, notice.value)


def notice_for(request: web.Request) -> str | None:
    """The sentence that the page before left behind; to be shown once."""
    name = read_cookie(request, Cookie.NOTICE)
    if name is None:
        return None
    request[READ] = CookieChange(Cookie.NOTICE, None)
    if name not in list(Notice):
        return None
    idle = services_of(request).site.session_idle
    return SENTENCES[Notice(name)].format(minutes=int(idle.total_seconds() // 60))
