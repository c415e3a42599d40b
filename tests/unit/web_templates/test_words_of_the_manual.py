"""The sentences that the handleiding gives stand on the pages byte for byte."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.web_templates.conftest import Page

PROCESSING = (
    "Wanneer u zich aanmeldt bent u zich ervan bewust dat de ingevoerde gegevens verwerkt worden "
    "in het kader van de openbare orde en veiligheid en de afdracht van verblijfsbelasting<"
)
RESET = (
    "Wanneer uw emailadres bekend is in ons systeem ontvangt u een email "
    "met daarin instructies om uw wachtwoord te resetten."
)
BACK = ">Terug naar inloggen<"
NO_CODE = ">Ik heb geen code ontvangen.<"
HAVE_CODE = ">Ik heb al een code ontvangen.<"
LABELS = (
    "Naam onderneming *:",
    "Adres *:",
    "Postcode *:",
    "Woonplaats *:",
    "KVK nummer:",
    "Telefoonnummer:",
    "Aantal slaapplekken *:",
    "Accommodatie *:",
    "Email *:",
    "Wachtwoord *:",
)

WORDS = {
    "login": (
        ">Log in met bestaand account<",
        ">Of registreer een nieuw account<",
        ">Emailadres<",
        ">Wachtwoord<",
        ">Inloggen <",
        ">Wachtwoord vergeten?<",
        ">Handleiding<",
    ),
    "registration": (
        BACK,
        ">Registreren</h1>",
        *(f">{label}<" for label in LABELS),
        ">Registreren</button>",
        PROCESSING,
    ),
    "registration_done": (
        BACK,
        ">Registreren</h1>",
        ">Uw account is succesvol geregistreerd. U kunt nu inloggen.<",
        PROCESSING,
    ),
    "activation": (">Code invullen<", ">Code<", ">Opslaan<", NO_CODE, BACK),
    "password_forgotten": (">Wachtwoord vergeten<", RESET, ">Emailadres<", ">Herstellen<", HAVE_CODE, BACK),
    "password_forgotten-done": (">Wachtwoord vergeten<", RESET, HAVE_CODE, BACK),
    "password_reset": (">Code ontvangen<", ">Code<", ">Nieuw wachtwoord<", ">Opslaan<", NO_CODE, BACK),
}
MANUAL = (
    "Handleiding inloggen Digitaal Nachregister 2.0",
    "Deze handleiding is specifiek bedoeld voor het inloggen. Eens je geregistreerd bent, kun je "
    "in het Digitaal Nachregister links onderaan een uitgebreide gebruikershandleiding raadplegen.",
    "Deze mails kunnen soms in uw spam terecht komen. Ons verzoek om hierop te letten.",
    "Veel plezier met het gebruik van hét Digitaal Nachregister van Nederland.",
    "Klik op 'Of registreer een nieuw account'.",
    "Je wordt automatisch verder geleid naar het inlogscherm.",
    "De QR-code op je beeldscherm verandert iedere 30 seconden. Hier is een handige tip: wacht tot je "
    "ziet dat de QR-code verandert voordat je het account toevoegt.",
    "Als je herhaaldelijk de foutmelding 'Code is ongeldig' krijgt, "
    "kan dat betekenen dat de unieke code verouderd is.",
    "Plak de code in de authenticatie-app.",
    "Alle accounts die al geregistreerd zijn voor 2FA moeten dit blijven gebruiken.",
    "Het kan altijd voorkomen dat je je wachtwoord bent vergeten.",
)
CHAPTERS = (
    ("Inleiding", "inleiding"),
    ("Inhoud", "inhoud"),
    ("Account aanmaken", "account-aanmaken"),
    ("Eerste bezoek", "eerste-bezoek"),
    ("Tweefactorauthenticatie", "tweefactorauthenticatie"),
    ("Handmatige code invoeren", "handmatige-code-invoeren"),
    ("2FA-verplichting ondernemers vanuit gemeente", "2fa-verplichting-ondernemers-vanuit-gemeente"),
    ("Nieuw wachtwoord aanmaken", "nieuw-wachtwoord-aanmaken"),
)


@pytest.mark.parametrize(("state", "words"), [(state, words) for state in WORDS for words in WORDS[state]])
def test_a_screen_has_the_words_of_the_handleiding(page: "Page", words: str) -> None:
    assert words in page.html


@pytest.mark.parametrize("state", ["registration"])
def test_the_fields_stand_in_the_order_of_the_handleiding(page: "Page") -> None:
    assert tuple(label.text for label in page.all("label")) == LABELS


@pytest.mark.parametrize(("state", "sentence"), [("manual", sentence) for sentence in MANUAL])
def test_the_manual_keeps_its_sentences(page: "Page", sentence: str) -> None:
    assert sentence in page.text


@pytest.mark.parametrize("state", ["manual"])
def test_the_manual_has_its_chapters(page: "Page") -> None:
    anchors = tuple(
        (heading.text, heading.get("id")) for heading in page.all("h2", "h3") if heading.get("id")
    )

    assert anchors == CHAPTERS
