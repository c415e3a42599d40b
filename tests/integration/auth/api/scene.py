"""What an integrator sends, and how answers are read."""

from auth_service.web.api.version import VERSION
from auth_service.web.security_headers import ALWAYS
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD

ADDRESS = "jan@dezon.example"
REGISTRATION = {
    "naamOnderneming": "Pension De Zon",
    "adres": "Dorpsstraat 12",
    "postcode": "1234 AB",
    "woonplaats": "Zeedorp",
    "kvkNummer": "12345678",
    "telefoonnummer": None,
    "aantalSlaapplekken": 4,
    "accommodatie": "pension",
    "email": ADDRESS,
    "wachtwoord": PASSWORD,
}
COMPANY = {name: typed for name, typed in REGISTRATION.items() if name not in ("email", "wachtwoord")}
CREDENTIALS = {"email": ADDRESS, "wachtwoord": PASSWORD}
UNKNOWN_CODE = "0" * 48
# A body for each call that takes one: with the right members and values of the right form.
BODIES = {
    "/registraties": REGISTRATION,
    "/activatiecodes": {"email": ADDRESS},
    "/activaties": {"code": UNKNOWN_CODE, "wachtwoord": PASSWORD},
    "/sessies": CREDENTIALS,
    "/totp-verplichting": {"verplicht": True},
    "/gebruikers/{id}/totp-registratie": {"reden": "Telefoon kwijt."},
    "/gebruikers/{id}/rol": {"rol": "ondernemer"},
    "/gebruikers/{id}": {"reden": "Werkt hier niet meer."},
    "/gebruikers/{id}/blokkade": {"reden": "Werkt hier niet meer."},
    "/uitnodigingen": {"email": "piet@dezon.example", "rol": "gebruiker"},
    "/aanvaarde-uitnodigingen": {"code": UNKNOWN_CODE, "wachtwoord": PASSWORD},
    "/gebruikers/{id}/totp-vrijgaven": {"reden": "Gesproken."},
    "/totp-resetbezwaren": {"code": UNKNOWN_CODE},
    "/gemeenten/{code}/totp-verplichting": {"verplicht": True},
    "/wachtwoordherstelverzoeken": {"email": ADDRESS},
    "/wachtwoordherstellingen": {"code": UNKNOWN_CODE, "nieuwWachtwoord": OTHER_PASSWORD},
    "/wachtwoord": {"huidigWachtwoord": PASSWORD, "nieuwWachtwoord": OTHER_PASSWORD},
    "/bedrijfsgegevens": COMPANY,
    "/gemeenten/{code}/bedrijven/{id}/emailadres": {"email": "jan@nieuw.example", "reden": "Typefout."},
    "/emailwijzigingen": {"email": "jan@nieuw.example"},
    "/emailbevestigingen": {"code": UNKNOWN_CODE},
    # Of nobody's gemeente.
    "/gemeenten/{code}/bedrijven/{id}/afwijzingen": {"reden": "Geen plek om te slapen."},
    "/gemeenten/{code}": {
        "email": "nachtregister@zeedorp.example",
        "telefoonnummer": "0228 123 456",
        "goedkeuringNodig": False,
        "accommodaties": ["hotel", "camping"],
        "wachttijd": 24,
    },
    # Of an account without two-factor authentication.
    "/sessies/huidige/totp": {"code": "287082"},
    "/sessies/huidige/herstelcode": {"code": "K7QM-2D9X-0RTC-W48H"},
    "/sessies/huidige/herbevestiging": {"wachtwoord": PASSWORD},
    "/totp-registraties": {"code": "287082"},
    "/gemeenten/{code}/deelname": {
        "doetMee": True,
        "email": "help@zeedorp.example",
        "telefoonnummer": "14 0228",
        "host": "zeedorp.voorbeeld.nl",
    },
}


async def problem_in(response, status, kind="about:blank"):
    """The problem of a refusal, checked to be told as every other."""
    assert response.status == status
    assert response.content_type == "application/problem+json"
    assert response.headers["API-Version"] == VERSION
    assert response.headers["Cache-Control"] == "no-store"
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
    assert "Set-Cookie" not in response.headers
    problem = await response.json()
    assert (problem["status"], problem["type"]) == (status, kind)
    assert problem["title"]
    assert problem["detail"].endswith((".", "?"))
    return problem


def reasons(problem):
    return {param["name"]: param["reason"] for param in problem["invalidParams"]}
