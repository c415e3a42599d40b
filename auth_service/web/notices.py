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


SENTENCES: dict[Notice, str] = {
    Notice.ACTIVATED: "Uw e-mailadres is bevestigd. U kunt nu inloggen.",
    Notice.PASSWORD_CHANGED: "Uw wachtwoord is gewijzigd. U kunt nu inloggen met uw nieuwe wachtwoord.",
    Notice.LOGGED_OUT: "U bent uitgelogd.",
    Notice.IDLE: "U bent uitgelogd, omdat u {minutes} minuten niets heeft gedaan. Log opnieuw in.",
    Notice.TOO_OLD: "Uw sessie is verlopen. Log opnieuw in.",
    Notice.CONFIRM_FIRST: (
        "Bevestig eerst uw e-mailadres. Vul de code in uit de e-mail die u van ons kreeg."
    ),
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
