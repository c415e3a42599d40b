"""What is right to fill in, and how a refusal looks."""

import re
from html import unescape

from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD

UNKNOWN_CODE = "0" * 48
# What stands for the parts of a path that name something.
IN_PATHS = {"code": "GM9901", "gemeente": "GM9901", "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}


def address_of(path):
    """As somebody asks for it, with nothing left open."""
    return re.sub(r"\{(\w+)\}", lambda part: IN_PATHS[part[1]], path)


# For each form what is right to fill in. Complete, the first three do something.
FORMS_BY_PATH = {
    "/registreren": REGISTRATION,
    "/activeren/nieuwe-code": {"email": ADDRESS},
    "/wachtwoord-vergeten": {"email": ADDRESS},
    "/inloggen": {"email": ADDRESS, "wachtwoord": OTHER_PASSWORD},
    "/activeren": {"code": UNKNOWN_CODE, "wachtwoord": PASSWORD},
    "/wachtwoord-herstellen": {"code": UNKNOWN_CODE, "nieuwWachtwoord": OTHER_PASSWORD},
    "/uitloggen": {},
    "/inloggen/code": {"code": "287082"},
    "/inloggen/herstelcode": {"code": "K7QM-2D9X-0RTC-W48H"},
    "/2fa/instellen": {"code": "287082"},
    "/2fa/instellen/vasthouden": {},
    "/2fa/instellen/nieuwe-code": {},
    "/2fa/herstelcodes": {},
    "/account/bevestigen": {"code": "287082", "wachtwoord": OTHER_PASSWORD},
    "/account/2fa/bedrijf": {},
    "/account/2fa/herstelcodes": {},
    "/account/2fa/resetten": {},
    "/gemeente/{gemeente}/bedrijven/{id}/code": {},
    "/gemeente/{gemeente}/bedrijven/{id}/email": {},
    "/gemeente/{gemeente}/gebruikers/{id}/herstelmail": {},
    "/gemeente/{gemeente}/bedrijven/{id}/mailstop-opheffen": {},
    "/gemeente/{gemeente}/gebruikers/{id}/mailstop-opheffen": {},
    "/2fa/reset-annuleren": {"code": UNKNOWN_CODE},
    # Whose fields are looked at only where somebody is logged in, in tests of their own.
    "/account/email": {},
    "/account/email-bevestigen": {},
    "/account/gegevens": {},
    "/account/sessie": {},
    "/account/sessies": {},
    "/account/sluiten": {},
    "/account/wachtwoord": {},
    # People of others: whether there are any is told only to who is logged in.
    "/uitnodiging": {"code": UNKNOWN_CODE, "wachtwoord": OTHER_PASSWORD},
    "/gebruikers/uitnodigen": {},
    "/gebruikers/opnieuw-uitnodigen": {},
    "/gebruikers/intrekken": {},
    "/gebruikers/{id}/rol": {},
    "/gebruikers/{id}/blokkeren": {},
    "/gebruikers/{id}/deblokkeren": {},
    "/gebruikers/{id}/sluiten": {},
    "/gemeente/{gemeente}/medewerkers/uitnodigen": {},
    "/gemeente/{gemeente}/medewerkers/opnieuw-uitnodigen": {},
    "/gemeente/{gemeente}/medewerkers/intrekken": {},
    "/gemeente/{gemeente}/medewerkers/gecontroleerd": {},
    "/gemeente/{gemeente}/gebruikers/{id}/blokkeren": {},
    "/gemeente/{gemeente}/gebruikers/{id}/deblokkeren": {},
    "/gemeente/{gemeente}/gebruikers/{id}/sluiten": {},
    "/beheer/beheerders/uitnodigen": {},
    "/beheer/beheerders/opnieuw-uitnodigen": {},
    "/beheer/beheerders/intrekken": {},
    "/beheer/beheerders/gecontroleerd": {},
    "/gemeente/{gemeente}/bedrijven/{id}/goedkeuren": {},
    "/gemeente/{gemeente}/bedrijven/{id}/afwijzen": {},
    "/gemeente/{gemeente}/instellingen": {},
    "/gemeente/{gemeente}/logboek/bestand": {},
    "/beheer/gemeenten/{code}": {},
    "/gebruikers/{id}/2fa-resetten": {},
    "/gemeente/{gemeente}/2fa": {},
    "/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten": {},
    "/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten/intrekken": {},
    "/gemeente/{gemeente}/gebruikers/{id}/2fa-vrijgeven": {},
}
FORMS = {address_of(path): fields for path, fields in FORMS_BY_PATH.items()}
# Their fields are looked at only where somebody has come so far.
AFTER_THE_PASSWORD = {"/inloggen/code", "/inloggen/herstelcode", "/2fa/instellen", "/account/bevestigen"}

LINKS_BACK = (
    '<a href="/inloggen">Terug naar inloggen</a>',
    '<a href="/account">Terug naar Mijn account</a>',
)


async def told_in_dutch(response, status):
    """The page of a refusal: one of our error pages, or the form with what is wrong in it."""
    page = unescape(await response.text())
    assert response.status == status
    assert (response.content_type, response.charset) == ("text/html", "utf-8")
    assert '<html lang="nl">' in page
    is_form, leads_back = "<title>Fout: " in page, [link for link in LINKS_BACK if link in page]
    assert is_form or leads_back
    return page
