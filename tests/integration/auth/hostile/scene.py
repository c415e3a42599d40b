"""What is right to fill in, and how a refusal looks."""

from html import unescape

from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD

UNKNOWN_CODE = "0" * 48
# For each form what is right to fill in. Complete, the first three do something.
FORMS = {
    "/registreren": REGISTRATION,
    "/activeren/nieuwe-code": {"email": ADDRESS},
    "/wachtwoord-vergeten": {"email": ADDRESS},
    "/inloggen": {"email": ADDRESS, "wachtwoord": OTHER_PASSWORD},
    "/activeren": {"code": UNKNOWN_CODE, "wachtwoord": PASSWORD},
    "/wachtwoord-herstellen": {"code": UNKNOWN_CODE, "nieuwWachtwoord": OTHER_PASSWORD},
    "/uitloggen": {},
}


async def told_in_dutch(response, status):
    """The page of a refusal: one of our error pages, or the form with what is wrong in it."""
    page = unescape(await response.text())
    assert response.status == status
    assert (response.content_type, response.charset) == ("text/html", "utf-8")
    assert '<html lang="nl">' in page
    is_form, is_error_page = "<title>Fout: " in page, '<a href="/inloggen">Terug naar inloggen</a>' in page
    assert is_form or is_error_page
    return page
