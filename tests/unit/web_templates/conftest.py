"""Every page in every state it can be in, rendered as the service would."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from markupsafe import Markup

from auth_service.web.mail_progress_nl import MailNews, Tone
from auth_service.web.menu import OWN_ACCOUNT, PLATFORM, MenuGroup

WEB = Path(__file__).parents[3] / "auth_service" / "web"


@dataclass(frozen=True)
class Form:
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


def address_of(name: str) -> str:
    assert (WEB / "static" / name).is_file(), f"no such static file: {name}"
    return f"/static/{name}"


COMMON: dict[str, Any] = {
    "product_name": "Digitaal Nachregister",
    "sender": "noreply@dnr.example",
    "csrf": "a-token",
    "form_page": None,
    "notice": None,
    "signed_in": False,
    "menu": [OWN_ACCOUNT],
    "gemeente_to_ask": None,
    "manual_url": None,
    "static": address_of,
}
CHOICES = [("hotel", "Hotel"), ("bed-and-breakfast", "Bed and breakfast (B&B)")]
GEMEENTEN = [("GM0164", "Hengelo"), ("GM1876", "Bronckhorst")]
REGISTRATION = {
    "accommodation_types": CHOICES,
    "gemeente_choices": [],
    "password_min_length": 15,
    "correcting": None,
}
DONE = {"masked_address": "ja***@gmail.nl", "is_settled": False}
QUEUED = MailNews(
    Tone.NOTICE, "We versturen de e-mail.", "Dat duurt niet lang.", "Om 14.02 uur: wordt verstuurd"
)
DELIVERED = MailNews(Tone.DONE, "De e-mail is om 14.03 uur verstuurd.", "Kijk.", "Om 14.03 uur: verstuurd")
REFUSED = MailNews(
    Tone.WRONG, "De e-mail kan niet worden bezorgd.", "Uw mailbox is vol.", "Om 14.01 uur: niet bezorgd"
)
LOGIN = {"return_path": None, "leads_further": False, "offer_activation": False, "offer_reset": False}
REGISTRATION_ERRORS = {
    "naamOnderneming": "Vul de naam van uw onderneming in.",
    "adres": "Vul ook een huisnummer in, bijvoorbeeld Dorpsstraat 12.",
    "postcode": "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB.",
    "woonplaats": "Deze woonplaats komt vaker voor. Kies de gemeente waar uw accommodatie ligt.",
    "gemeente": "Kies de gemeente waar uw accommodatie ligt.",
    "kvkNummer": "Een KVK-nummer heeft 8 cijfers. Controleer het nummer of laat dit veld leeg.",
    "telefoonnummer": "Vul een geldig telefoonnummer in, bijvoorbeeld 0612345678, of laat dit veld leeg.",
    "aantalSlaapplekken": "Vul een heel getal in van 1 of meer.",
    "accommodatie": "Kies een soort accommodatie.",
    "email": "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    "wachtwoord": "Uw wachtwoord is te kort. Gebruik minstens 15 tekens.",
}
TYPED = {
    "naamOnderneming": "Jansen & Zn",
    "adres": "Dorpsstraat",
    "accommodatie": "hotel",
    "gemeente": "GM1876",
    "email": "jan",
    "wachtwoord": "must never come back",
}
WRONG_CODE = {
    "code": "Code is ongeldig. De code is verkeerd, verlopen of al gebruikt. "
    "Vraag een nieuwe code aan met 'Ik heb geen code ontvangen.'"
}
TOO_FAST = "Er is net al om een e-mail voor dit adres gevraagd. Wacht 5 minuten en probeer het dan opnieuw."
TOO_OFTEN = "U heeft te vaak geprobeerd in te loggen. Wacht 5 minuten en probeer het dan opnieuw."
WRONG_PAIR = (
    "Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw. "
    "Bent u uw wachtwoord vergeten? Klik dan op 'Wachtwoord vergeten?'."
)
GEMEENTE = SimpleNamespace(name="Voorbeelddam", email="dnr@voorbeelddam.example", phone="0123-45 67 89")
DUE = "28 november 2026 om 14.05 uur"
ACCOUNT = {
    "account_email": "janjansen@gmail.nl",
    "role_label": "Ondernemer",
    "is_staff": False,
    "codes_to_keep": False,
    "reset_due": None,
    "signed_in": True,
}
CHANGE = {"email": "janjansen@gmail.nl", "password_min_length": 15, "signed_in": True}
HERE = SimpleNamespace(
    id="a",
    device="Firefox op Windows",
    started="23 november 2026 om 14.05 uur",
    last_used="23 november 2026 om 14.20 uur",
    is_current=True,
)
ELSEWHERE = SimpleNamespace(**vars(HERE) | {"id": "b", "device": "Onbekend apparaat", "is_current": False})
ACTS = [
    (
        "23 november 2026 om 14.05 uur",
        SimpleNamespace(
            sentence="2FA is gereset door een medewerker van de gemeente.",
            reason="Telefoon <b>kwijt</b>",
            identified="Teruggebeld op het bekende telefoonnummer",
        ),
    ),
    (
        "1 maart 2026 om 9.00 uur",
        SimpleNamespace(sentence="Het wachtwoord is gewijzigd door uzelf.", reason=None, identified=None),
    ),
]
COMPANY_ERRORS = {
    name: error for name, error in REGISTRATION_ERRORS.items() if name not in ("email", "wachtwoord")
}
DETAILS = {
    **ACCOUNT,
    "form": Form({"naamOnderneming": "Jansen & Zn", "accommodatie": "hotel"}),
    "company": [("Naam onderneming", "Jansen & Zn"), ("Adres", "Dorpsstraat 12")],
    "is_manager": True,
    "accommodation_types": CHOICES,
    "gemeente_choices": [],
    "gemeente": GEMEENTE,
    "wanted_email": None,
    "acts": ACTS,
    "account_id": "0b5f7a1c-0000-4000-8000-000000000000",
}
SERVED = SimpleNamespace(
    code="GM9901",
    name="Voorbeelddam",
    email="dnr@voorbeelddam.example",
    phone="0123-45 67 89",
    host="voorbeelddam.dnr.example",
)
SETTINGS = {
    "gemeente": SERVED,
    "accommodation_types": [(f"soort-{value}", label) for value, label in CHOICES],
    "waits": [("0", "Niet wachten"), ("24", "24 uur")],
    "former_wait": None,
    "former_wait_until": None,
    "account_id": "a",
    "signed_in": True,
}
SETTINGS_TYPED = {"email": SERVED.email, "wachttijd": "24", "goedkeuringNodig": "ja", "soort-hotel": "ja"}
SETTINGS_ERRORS = {
    "email": "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    "accommodaties": "Kies minstens één soort accommodatie.",
    "wachttijd": "Kies hoe lang we wachten.",
}
REJECTION = {
    "gemeente": SERVED,
    "company": [("Naam onderneming", "Jansen & Zn"), ("Adres", "Dorpsstraat 12")],
    "company_page": "/gemeente/GM9901/bedrijven/b1",
    "account_id": "a",
    "signed_in": True,
}
OWNER = ACCOUNT | {"account_id": "a"}
NO_EMAIL = {"email": "Vul uw e-mailadres in."}
NO_LOGIN = NO_EMAIL | {"wachtwoord": "Vul uw wachtwoord in."}

QR = Markup('<svg class="segno" viewBox="0 0 33 33"><path stroke="#000" d="M4 4.5h7"/></svg>')
OFFER = SimpleNamespace(
    step=59_000_000,
    seconds_left=17,
    qr=QR,
    key="JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
    uri="otpauth://totp/DNR:jan%40gmail.nl?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=DNR",
)
APPS = [
    SimpleNamespace(name="Google app (voor mobiel gebruik)", address="https://manual.example/google"),
    SimpleNamespace(
        name="Authy app (voor mobiel en desktop gebruik)", address="https://manual.example/authy"
    ),
]
SETUP = {
    "clock": None,
    "offer": OFFER,
    "reason": "De gemeente Voorbeelddam vraagt om extra beveiliging: tweefactorauthenticatie (2FA).",
    "authenticators": APPS,
    "gemeente": GEMEENTE,
    "is_voluntary": False,
    "asks_mail_code": False,
    "advise_rescan": False,
    "failures": 0,
    "page_path": "/2fa/instellen",
    "return_path": None,
    "not_now_path": "/account",
    "signed_in": True,
}
LOGIN_CODE = {
    "clock": None,
    "gemeente": GEMEENTE,
    "return_path": None,
    "code_path": "/inloggen/code",
    "recovery_path": "/inloggen/herstelcode",
    "signed_in": True,
}
PROOF = {
    "clock": None,
    "email": "janjansen@gmail.nl",
    "asks_code": False,
    "gemeente": GEMEENTE,
    "return_path": "/account/2fa",
    "signed_in": True,
}
PAPER = {
    "codes": ["K7QM-2D9X-0RTC-W48H", "0A1B-2C3D-4E5F-6G7H"],
    "left": 10,
    "email": "janjansen@gmail.nl",
    "site": "https://inloggen.example.nl",
    "gemeente": GEMEENTE,
    "return_path": "/account",
    "signed_in": True,
}
TWO_FACTOR = {
    "reset_due": None,
    "enrolled_since": None,
    "is_required": False,
    "codes_left": 0,
    "few_codes": False,
    "may_decide": False,
    "company_asks": False,
    "gemeente_asks": False,
    "gemeente": GEMEENTE,
    "account_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "signed_in": True,
}
RESET_FOR = {
    "email": "janjansen@gmail.nl",
    "path": "/gemeente/GM0361/gebruikers/7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "back": "/gemeente/GM0361/bedrijven/0b5f7a1c-0000-4000-8000-000000000000",
    "is_staff": True,
    "is_enrolled": True,
    "is_frozen": False,
    "waits_until": None,
    "wait_days": None,
    "identifications": [("teruggebeld", "Teruggebeld op het bekende telefoonnummer"), ("anders", "Anders")],
    "can_reset": True,
    "account_id": "a",
    "signed_in": True,
}
NO_RESET = {"can_reset": False}
NO_GROUNDS = {
    "identificatieAnders": "Vul in hoe u heeft gecontroleerd wie u helpt.",
    "reden": "Vul in waarom u dit doet.",
}
POLICY = {
    "gemeente": SimpleNamespace(name="Voorbeelddam", code="GM0361", requires_totp=False),
    "starts_on": None,
    "is_announcing": False,
    "preview": "212 van de 340 ondernemers hebben nog geen 2FA.",
    "account_id": "a",
    "signed_in": True,
}
REQUIRING = SimpleNamespace(name="Voorbeelddam", code="GM0361", requires_totp=True)
NO_TOTP = {"code": "Vul de 6-cijferige code uit de app in."}
CLOCK_BEHIND = {"code": "Code is ongeldig. De klok van uw telefoon loopt niet gelijk: hij loopt achter."}
CLOCK = "14.05 uur en 7 seconden"

USERS = SimpleNamespace(
    path="/gebruikers",
    name="Gebruikers",
    invites="een account bij uw bedrijf",
    roles=[
        ("gebruiker", "Gebruiker: alleen het eigen account"),
        ("ondernemer", "Beheerder: ook het bedrijf"),
    ],
)
STAFF = SimpleNamespace(
    path="/gemeente/GM9901/medewerkers",
    name="Medewerkers",
    invites="een account als medewerker van de gemeente Voorbeelddam",
    roles=(),
)
MYSELF = SimpleNamespace(
    id="u1",
    email="janjansen@gmail.nl",
    role="Beheerder",
    is_manager=True,
    is_self=True,
    blocked_by=None,
    is_blocked=False,
    can_act=False,
    enrolled="23 november 2026",
    last_login="26 november 2026",
    since="1 maart 2026",
    gemeente_code="GM9901",
    no_mail=None,
)
ACTIVE = SimpleNamespace(
    **vars(MYSELF) | {"id": "u2", "email": "piet@gmail.nl", "is_self": False, "can_act": True}
)
BLOCKED = SimpleNamespace(
    **vars(ACTIVE)
    | {
        "id": "u3",
        "email": "een.heel.lang.adres.dat.moet.afbreken@vakantiepark-de-zonnige-duinen.example",
        "role": "Gebruiker",
        "is_manager": False,
        "is_blocked": True,
        "blocked_by": "door uw bedrijf",
        "enrolled": None,
        "last_login": "nog nooit",
    }
)
NO_MAIL = "Sinds 3 november 2026 sturen we geen e-mail meer naar dit adres: dit adres bestaat niet."
UNMAILED = SimpleNamespace(**vars(ACTIVE) | {"email": "karin@gmail.nl", "no_mail": NO_MAIL})
UNMAILED_MYSELF = SimpleNamespace(**vars(MYSELF) | {"no_mail": NO_MAIL})
OUT_OF_REACH = SimpleNamespace(**vars(BLOCKED) | {"blocked_by": "door de gemeente", "can_act": False})
INVITED = SimpleNamespace(
    id="i1",
    email="karin@gmail.nl",
    role="Gebruiker",
    is_expired=False,
    is_void=False,
    until="3 december 2026",
    mail="E-mail geweigerd: dit adres bestaat niet",
    mail_is_wrong=True,
    awaits_word=True,
)
ARRIVED = {"mail": "E-mail verstuurd", "mail_is_wrong": False, "awaits_word": False}
EXPIRED = SimpleNamespace(**vars(INVITED) | ARRIVED | {"id": "i2", "is_expired": True})
VOID = SimpleNamespace(**vars(INVITED) | ARRIVED | {"id": "i4", "is_void": True, "mail": None})
UNTOLD = SimpleNamespace(**vars(INVITED) | ARRIVED | {"id": "i3", "mail": None})
COMPANY_USERS = {
    "list": USERS,
    "company_name": "Jansen & Zn",
    "people": [MYSELF, ACTIVE, BLOCKED, UNMAILED],
    "can_stop": True,
    "invited": [INVITED, EXPIRED, UNTOLD, VOID],
    "signed_in": True,
}
REVIEW = SimpleNamespace(at="1 maart 2026 om 9.00 uur", reviewer="piet@gmail.nl", is_overdue=False)
STAFF_PEOPLE = {
    **COMPANY_USERS,
    "list": STAFF,
    "of_whom": "de gemeente Voorbeelddam",
    "review": REVIEW,
}
NOBODY_INVITED = {
    "email": "Vul het e-mailadres in van wie u uitnodigt.",
    "rol": "Kies een rol.",
}
BLOCKING = {
    "action": "/gebruikers/u2/blokkeren",
    "email": "piet@gmail.nl",
    "unblocks": False,
    "back": "/gebruikers",
    "back_name": "Gebruikers",
    "menu_path": "/gebruikers",
    "account_id": "a",
    "signed_in": True,
}
CLOSING = {name: told for name, told in BLOCKING.items() if name != "unblocks"} | {
    "action": "/gebruikers/u2/sluiten"
}
NO_REASON = {"reden": "Vul in waarom u dit doet."}
ROLE = {
    "action": "/gebruikers/u2/rol",
    "email": "piet@gmail.nl",
    "is_self": False,
    "can_stop": False,
    "is_manager": False,
    "signed_in": True,
}
TRAIL_LINE = SimpleNamespace(
    when="23 november 2026 om 14.05 uur",
    what="2FA is gereset",
    about=("janjansen@gmail.nl", "Jansen & Zn"),
    doer="medewerker@voorbeelddam.example",
    role="medewerker van de gemeente",
    reason="Telefoon <b>kwijt</b>.",
    identified="Paspoort gezien aan de balie.",
    is_refused=False,
    origin="website",
)
OWN_LINE = SimpleNamespace(
    **vars(TRAIL_LINE)
    | {
        "what": "Het wachtwoord is gewijzigd",
        "about": ("janjansen@gmail.nl",),
        "doer": "janjansen@gmail.nl",
        "role": "ondernemer",
        "reason": None,
        "identified": None,
    }
)
REFUSED_LINE = SimpleNamespace(
    **vars(OWN_LINE)
    | {
        "what": "Iets bekijken of doen wat niet mag, is geweigerd",
        "about": (),
        "doer": "beheerder van het systeem",
        "role": None,
        "is_refused": True,
        "origin": None,
    }
)
TRAIL_PATH = "/gemeente/GM9901/logboek"
TRAIL = {
    "form": Form(),
    "gemeente": GEMEENTE,
    "path": TRAIL_PATH,
    "lines": [TRAIL_LINE, OWN_LINE, REFUSED_LINE],
    "groups": [("2fa", "2FA"), ("geweigerd", "Geweigerd")],
    "is_filtered": False,
    "newest": None,
    "older": f"{TRAIL_PATH}?ouder=3f2504e0",
    "export": f"{TRAIL_PATH}/bestand",
    "signed_in": True,
}
TRAIL_ERRORS = {
    "vanaf": "Vul een datum in, bijvoorbeeld 23-11-2026.",
    "soort": "Kies een soort uit de lijst.",
}
PLATFORM_WORK = {"menu": [OWN_ACCOUNT, PLATFORM], "signed_in": True}
ROW = {
    "code": "GM0361",
    "name": "Alkmaar",
    "standing": "Doet mee",
    "participating": True,
    "companies": 340,
    "staff": 3,
}
GEMEENTEN_LIST = {
    **PLATFORM_WORK,
    "search": "al",
    "standing": "doet-mee",
    "standings": [("doet-mee", "Doet mee"), ("opgeheven", "Opgeheven")],
    "names": {"search": "zoek", "standing": "stand", "page": "pagina"},
    "is_filtered": True,
    "rows": [ROW, {**ROW, "name": "Oud <Dorp>", "participating": False, "standing": "Opgeheven in 2024"}],
    "page": SimpleNamespace(found=102, number=2, pages=3),
    "previous_page": "/beheer?zoek=al",
    "next_page": "/beheer?zoek=al&pagina=3",
}
ADMISSION = {
    **PLATFORM_WORK,
    "gemeente": SimpleNamespace(code="GM0361", name="Alkmaar", dissolved_in=2024),
    "standing": "Opgeheven",
    "account_id": "a",
    "companies": 340,
    "staff": 3,
}
ADMISSION_ERRORS = {
    "doetMee": "Deze gemeente is opgeheven en kan niet meer gaan meedoen.",
    "email": "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    "telefoonnummer": "Vul een geldig telefoonnummer in, bijvoorbeeld 14 010, of laat dit veld leeg.",
    "host": "Deze hostnaam is al van een andere gemeente.",
}
HELPDESK = {
    "gemeente": SimpleNamespace(code="GM9901", name="Zeedorp"),
    "menu": [OWN_ACCOUNT, MenuGroup("Uw gemeente", (("/gemeente/GM9901", "Ondernemers"),))],
    "mail_delay": None,
    "signed_in": True,
}
DELAY = "E-mail is vertraagd sinds 9.12 uur. 127 e-mails wachten."
FOUND = [
    SimpleNamespace(
        id="a",
        name="Jansen & Zn",
        place="Zeedorp",
        email="jna@gmail.nl",
        standing=SimpleNamespace(text="E-mail geweigerd: dit adres bestaat niet", badge="wrong"),
        registered="23 november 2026",
        earlier=2,
    ),
    SimpleNamespace(
        id="b",
        name="Hotel De Maan",
        place="Zeedorp",
        email=None,
        standing=SimpleNamespace(text="Actief, 2FA aan", badge=""),
        registered="1 maart 2026",
        earlier=0,
    ),
]
FILTERS = [
    SimpleNamespace(label="Alle", count="12.345", path="/gemeente/GM9901", is_chosen=True),
    SimpleNamespace(
        label="Geblokkeerd", count="0", path="/gemeente/GM9901?filter=geblokkeerd", is_chosen=False
    ),
]
COMPANIES = {
    **HELPDESK,
    "typed": "",
    "filter_name": "",
    "rows": FOUND,
    "count": "12.345",
    "page": "2",
    "pages": "494",
    "filters": FILTERS,
    "is_sought": False,
    "previous_path": "/gemeente/GM9901",
    "next_path": "/gemeente/GM9901?pagina=3",
    "first_path": None,
    "last_path": "/gemeente/GM9901?pagina=494",
}
NOWHERE = {"previous_path": None, "next_path": None, "last_path": None}


def offered(label: str, path: str, *, is_link: bool = False) -> SimpleNamespace:
    return SimpleNamespace(label=label, whom="jna@gmail.nl", path=f"/gemeente/GM9901/{path}", is_link=is_link)


EVENT = SimpleNamespace(
    when="23 november 2026 om 14.05 uur",
    what="E-mail 'E-mailadres bevestigen' aan jna@gmail.nl",
    outcome="Geweigerd: dit adres bestaat niet.",
    is_wrong=True,
    doer=None,
    doer_role=None,
    reason=None,
    identified=None,
    reply="550 5.1.1 <b>User unknown</b>",
)
DONE_BY_STAFF = SimpleNamespace(
    when="23 november 2026 om 14.20 uur",
    what="Het account is geblokkeerd",
    outcome=None,
    is_wrong=False,
    doer="mia@zeedorp.example",
    doer_role="gemeentemedewerker",
    reason="Misbruik <i>gemeld</i>",
    identified="Gezien <b>aan de balie</b>",
    reply=None,
)
STORY = {
    **HELPDESK,
    "form": Form(),
    "name": "Jansen & Zn",
    "waiting": None,
    "diagnosis": "De ondernemer kan inloggen.",
    "is_fine": True,
    "primary": None,
    "acts": [],
    "details": [("Naam onderneming", "Jansen & Zn"), ("Adres", "Dorpsstraat 12")],
    "people": [],
    "events": [EVENT, DONE_BY_STAFF],
}
WAITING = {
    **STORY,
    "waiting": SimpleNamespace(email="jna@gmail.nl", taken_by=None, others=[]),
    "diagnosis": "De e-mail met de code is geweigerd: dit adres bestaat niet.",
    "is_fine": False,
    "primary": offered("Verbeter het e-mailadres", "bedrijven/a/email", is_link=True),
    "acts": [offered("Stuur de code opnieuw", "bedrijven/a/code")],
}
PERSON = SimpleNamespace(
    email="jan@gmail.nl",
    role="ondernemer",
    state="Actief",
    badge="",
    has_totp=True,
    is_frozen=False,
    reset_due=None,
    no_mail=None,
    acts=[
        offered("Stuur e-mail voor nieuw wachtwoord", "gebruikers/c/herstelmail"),
        offered("2FA resetten", "gebruikers/c/2fa-resetten", is_link=True),
        offered("Blokkeren", "gebruikers/c/blokkeren", is_link=True),
    ],
)
RESET_PLANNED = SimpleNamespace(
    **vars(PERSON)
    | {
        "reset_due": "28 november 2026",
        "acts": [offered("Reset van 2FA bekijken", "gebruikers/c/2fa-resetten", is_link=True)],
    }
)
FROZEN = SimpleNamespace(
    **vars(PERSON)
    | {
        "is_frozen": True,
        "has_totp": False,
        "acts": [offered("2FA vrijgeven", "gebruikers/c/2fa-vrijgeven", is_link=True)],
    }
)
BLOCKED_PERSON = SimpleNamespace(
    **vars(PERSON)
    | {
        "state": "Geblokkeerd",
        "badge": "wrong",
        "acts": [offered("Blokkade opheffen", "gebruikers/c/deblokkeren", is_link=True)],
    }
)
WITHOUT_MAIL = SimpleNamespace(
    **vars(PERSON)
    | {
        "no_mail": "Sinds 23 november 2026 sturen we geen e-mail meer naar dit adres: de mailbox is vol.",
        "acts": [offered("Stuur weer e-mail naar dit adres", "gebruikers/c/mailstop-opheffen")],
    }
)
CORRECTION = {
    **HELPDESK,
    "form": Form(),
    "company_path": "/gemeente/GM9901/bedrijven/a",
    "name": "Jansen & Zn",
    "email": "jna@gmail.nl",
    "account_id": "a",
}

STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "gemeente_trail": ("gemeente_trail.html", TRAIL),
    "gemeente_trail-empty": ("gemeente_trail.html", {**TRAIL, "lines": [], "older": None}),
    "gemeente_trail-filtered": (
        "gemeente_trail.html",
        {
            **TRAIL,
            "form": Form({"vanaf": "2026-11-01", "soort": "2fa", "email": "janjansen@gmail.nl"}),
            "lines": [TRAIL_LINE],
            "is_filtered": True,
            "newest": f"{TRAIL_PATH}?soort=2fa",
            "older": None,
        },
    ),
    "gemeente_trail-nothing": (
        "gemeente_trail.html",
        {**TRAIL, "lines": [], "older": None, "is_filtered": True},
    ),
    "gemeente_trail-errors": (
        "gemeente_trail.html",
        {**TRAIL, "form": Form({"vanaf": "gisteren"}, TRAIL_ERRORS), "lines": [], "older": None},
    ),
    "gemeente_trail-throttled": ("gemeente_trail.html", {**TRAIL, "form": Form(problem=TOO_FAST)}),
    "login": ("login.html", {"form": Form(), **LOGIN}),
    "login-tenant": ("login.html", {"form": Form(), **LOGIN, "gemeente_to_ask": GEMEENTE}),
    "login-notice": ("login.html", {"form": Form(), **LOGIN, "notice": "U bent uitgelogd."}),
    "login-notice-errors": (
        "login.html",
        {"form": Form(errors=NO_LOGIN), **LOGIN, "notice": "U bent uitgelogd."},
    ),
    "login-return": (
        "login.html",
        {"form": Form(), **LOGIN, "return_path": "/account?a=1&b=2", "leads_further": True},
    ),
    "login-errors": ("login.html", {"form": Form(errors=NO_LOGIN), **LOGIN}),
    "login-problem": ("login.html", {"form": Form(problem=WRONG_PAIR), **LOGIN, "offer_activation": True}),
    "login-throttled": ("login.html", {"form": Form(problem=TOO_OFTEN), **LOGIN, "offer_reset": True}),
    "registration": ("registration.html", {"form": Form(), **REGISTRATION}),
    "registration-errors": (
        "registration.html",
        {"form": Form(TYPED, REGISTRATION_ERRORS), **REGISTRATION, "gemeente_choices": GEMEENTEN},
    ),
    "registration-correcting": (
        "registration.html",
        {"form": Form(TYPED), **REGISTRATION, "correcting": "0b5f7a1c-0000-4000-8000-000000000000"},
    ),
    "registration-problem": ("registration.html", {"form": Form(TYPED, problem=TOO_FAST), **REGISTRATION}),
    "registration_done": ("registration_done.html", {**DONE, "mails": [QUEUED]}),
    "registration_done-delivered": ("registration_done.html", {**DONE, "mails": [DELIVERED, REFUSED]}),
    "registration_done-refused": ("registration_done.html", {**DONE, "mails": [REFUSED], "is_settled": True}),
    "registration_done-no-mail": ("registration_done.html", {**DONE, "mails": [], "is_settled": True}),
    "activation": ("activation.html", {"form": Form(), "ask_password": False}),
    "activation-password": ("activation.html", {"form": Form(), "ask_password": True}),
    "activation-errors": (
        "activation.html",
        {
            "form": Form({"code": "08783e88"}, WRONG_CODE | {"wachtwoord": "Vul uw wachtwoord in."}),
            "ask_password": True,
        },
    ),
    "activation-notice": (
        "activation.html",
        {
            "form": Form(),
            "ask_password": False,
            "notice": "Bevestig eerst uw e-mailadres. Vul de code in uit de e-mail die u van ons kreeg.",
        },
    ),
    "activation_resend": ("activation_resend.html", {"form": Form(), "done": False}),
    "activation_resend-errors": ("activation_resend.html", {"form": Form(errors=NO_EMAIL), "done": False}),
    "activation_resend-problem": ("activation_resend.html", {"form": Form(problem=TOO_FAST), "done": False}),
    "activation_resend-done": ("activation_resend.html", {"form": Form(), "done": True}),
    "password_forgotten": ("password_forgotten.html", {"form": Form(), "done": False}),
    "password_forgotten-errors": ("password_forgotten.html", {"form": Form(errors=NO_EMAIL), "done": False}),
    "password_forgotten-done": ("password_forgotten.html", {"form": Form(), "done": True}),
    "password_reset": ("password_reset.html", {"form": Form(), "password_min_length": 15}),
    "password_reset-errors": (
        "password_reset.html",
        {
            "form": Form({"code": "x"}, WRONG_CODE | {"nieuwWachtwoord": "Kies een wachtwoord."}),
            "password_min_length": 15,
        },
    ),
    "account": (
        "account.html",
        {
            **ACCOUNT,
            "company_name": "Jansen & Zn",
            "gemeente": GEMEENTE,
            "manual_url": "https://manual.example/",
        },
    ),
    "account-codes": (
        "account.html",
        {**ACCOUNT, "company_name": None, "gemeente": GEMEENTE, "codes_to_keep": True},
    ),
    "account-reset-waits": (
        "account.html",
        {**ACCOUNT, "company_name": None, "gemeente": GEMEENTE, "reset_due": DUE},
    ),
    "account-bare": ("account.html", {**ACCOUNT, "company_name": None, "gemeente": None}),
    "account-staff": (
        "account.html",
        {
            **ACCOUNT,
            "company_name": None,
            "gemeente": GEMEENTE,
            "role_label": "Gemeentemedewerker",
            "is_staff": True,
        },
    ),
    "login_code": ("login_code.html", {"form": Form(), **LOGIN_CODE}),
    "login_code-return": ("login_code.html", {"form": Form(), **LOGIN_CODE, "return_path": "/account/2fa"}),
    "login_code-errors": ("login_code.html", {"form": Form(errors=NO_TOTP), **LOGIN_CODE}),
    "login_code-clock": (
        "login_code.html",
        {"form": Form(errors=CLOCK_BEHIND), **LOGIN_CODE, "clock": CLOCK},
    ),
    "login_code-throttled": ("login_code.html", {"form": Form(problem=TOO_OFTEN), **LOGIN_CODE}),
    "login_recovery_code": ("login_recovery_code.html", {"form": Form(), **LOGIN_CODE}),
    "login_recovery_code-errors": (
        "login_recovery_code.html",
        {
            "form": Form({"code": "K7QM"}, {"code": "Een herstelcode bestaat uit 16 letters en cijfers."}),
            **LOGIN_CODE,
        },
    ),
    "totp_setup": ("totp_setup.html", {"form": Form(), **SETUP}),
    "totp_setup-voluntary": ("totp_setup.html", {"form": Form(), **SETUP, "is_voluntary": True}),
    "totp_setup-errors": (
        "totp_setup.html",
        {"form": Form(errors=CLOCK_BEHIND), **SETUP, "advise_rescan": True, "failures": 1, "clock": CLOCK},
    ),
    "totp_setup-mail-code": (
        "totp_setup.html",
        {
            "form": Form(errors=NO_TOTP | {"codeUitEmail": "Vul de code in uit de e-mail."}),
            **SETUP,
            "asks_mail_code": True,
        },
    ),
    "recovery_codes": ("recovery_codes.html", PAPER),
    "recovery_codes-kept": ("recovery_codes.html", {**PAPER, "codes": [], "left": 1}),
    "reconfirmation": ("reconfirmation.html", {"form": Form(), **PROOF}),
    "reconfirmation-code": (
        "reconfirmation.html",
        {
            "form": Form(errors={"wachtwoord": "Vul uw wachtwoord in."} | CLOCK_BEHIND),
            **PROOF,
            "asks_code": True,
            "clock": CLOCK,
        },
    ),
    "account_two_factor": ("account_two_factor.html", {"form": Form(), **TWO_FACTOR}),
    "account_two_factor-throttled": (
        "account_two_factor.html",
        {"form": Form(problem=TOO_FAST), **TWO_FACTOR, "may_decide": True},
    ),
    "account_two_factor-manager": (
        "account_two_factor.html",
        {"form": Form(), **TWO_FACTOR, "may_decide": True},
    ),
    "account_two_factor-reset-waits": (
        "account_two_factor.html",
        {
            "form": Form(),
            **TWO_FACTOR,
            "enrolled_since": "23 november 2026",
            "codes_left": 8,
            "reset_due": DUE,
        },
    ),
    "account_two_factor-on": (
        "account_two_factor.html",
        {
            "form": Form(),
            **TWO_FACTOR,
            "enrolled_since": "23 november 2026",
            "codes_left": 1,
            "few_codes": True,
            "may_decide": True,
            "company_asks": True,
            "gemeente_asks": True,
            "is_required": True,
        },
    ),
    "new_recovery_codes": ("new_recovery_codes.html", {"form": Form(), "signed_in": True}),
    "new_recovery_codes-throttled": (
        "new_recovery_codes.html",
        {"form": Form(problem=TOO_FAST), "signed_in": True},
    ),
    "totp_reset_for": ("totp_reset_for.html", {"form": Form(), **RESET_FOR}),
    "totp_reset_for-errors": (
        "totp_reset_for.html",
        {"form": Form({"identificatie": "anders"}, NO_GROUNDS), **RESET_FOR, "wait_days": "2 dagen"},
    ),
    "totp_reset_for-throttled": ("totp_reset_for.html", {"form": Form(problem=TOO_FAST), **RESET_FOR}),
    "totp_reset_for-manager": (
        "totp_reset_for.html",
        {"form": Form(), **RESET_FOR, "is_staff": False, "path": "/gebruikers/a", "back": "/gebruikers"},
    ),
    "totp_reset_for-waits": (
        "totp_reset_for.html",
        {"form": Form(), **RESET_FOR, **NO_RESET, "waits_until": "23 november 2026 om 14.05 uur"},
    ),
    "totp_reset_for-without": (
        "totp_reset_for.html",
        {"form": Form(), **RESET_FOR, **NO_RESET, "is_enrolled": False},
    ),
    "totp_reset_for-frozen": (
        "totp_reset_for.html",
        {"form": Form(), **RESET_FOR, **NO_RESET, "is_enrolled": False, "is_frozen": True},
    ),
    "enrolment_release": ("enrolment_release.html", {"form": Form(), **RESET_FOR, "is_frozen": True}),
    "enrolment_release-errors": (
        "enrolment_release.html",
        {"form": Form(errors=NO_GROUNDS), **RESET_FOR, "is_frozen": True},
    ),
    "enrolment_release-done": ("enrolment_release.html", {"form": Form(), **RESET_FOR}),
    "reset_objection": ("reset_objection.html", {"form": Form()}),
    "reset_objection-errors": ("reset_objection.html", {"form": Form({"code": "x"}, WRONG_CODE)}),
    "totp_frozen": ("totp_frozen.html", {"gemeente": GEMEENTE, "signed_in": True}),
    "gemeente_two_factor": ("gemeente_two_factor.html", {"form": Form(), **POLICY}),
    "gemeente_two_factor-errors": (
        "gemeente_two_factor.html",
        {
            "form": Form({"vanaf": "ooit"}, {"vanaf": "Vul een datum in, bijvoorbeeld 1 januari 2027."}),
            **POLICY,
        },
    ),
    "gemeente_two_factor-announcing": (
        "gemeente_two_factor.html",
        {"form": Form(), **POLICY, "starts_on": "1 januari 2027", "is_announcing": True},
    ),
    "gemeente_two_factor-announced": (
        "gemeente_two_factor.html",
        {"form": Form(), **POLICY, "starts_on": "1 januari 2027"},
    ),
    "gemeente_two_factor-on": (
        "gemeente_two_factor.html",
        {
            "form": Form(errors={"reden": "Vul in waarom u 2FA niet verplicht."}),
            **POLICY,
            "gemeente": REQUIRING,
        },
    ),
    "gemeente_two_factor_now": (
        "gemeente_two_factor_now.html",
        {
            "gemeente": SimpleNamespace(name="Voorbeelddam", code="GM0361"),
            "page": "/gemeente/GM0361/2fa",
            "struck": "212 van de 340 ondernemers moeten bij hun volgende bezoek 2FA instellen.",
            "signed_in": True,
        },
    ),
    "totp_reset": ("totp_reset.html", {"is_required": True, "signed_in": True}),
    "manual": ("manual.html", {"authenticators": APPS}),
    "manual-signed-in": ("manual.html", {"authenticators": APPS, "signed_in": True}),
    "password_change": ("password_change.html", {"form": Form(), **CHANGE}),
    "password_change-errors": (
        "password_change.html",
        {
            "form": Form(
                errors={
                    "huidigWachtwoord": "Uw huidige wachtwoord klopt niet.",
                    "nieuwWachtwoord": "Kies een wachtwoord.",
                }
            ),
            **CHANGE,
        },
    ),
    "sessions": ("sessions.html", {"form": Form(), "sessions": [HERE, ELSEWHERE], "signed_in": True}),
    "sessions-here-only": ("sessions.html", {"form": Form(), "sessions": [HERE], "signed_in": True}),
    "sessions-gone": (
        "sessions.html",
        {"form": Form(problem="Dit apparaat is al uitgelogd."), "sessions": [HERE], "signed_in": True},
    ),
    "details": ("details.html", DETAILS),
    "details-errors": (
        "details.html",
        {**DETAILS, "form": Form(TYPED, COMPANY_ERRORS), "gemeente_choices": GEMEENTEN},
    ),
    "details-waiting": ("details.html", {**DETAILS, "wanted_email": "jan@nieuw.example", "acts": []}),
    "details-user": ("details.html", {**DETAILS, "is_manager": False}),
    "details-staff": ("details.html", {**DETAILS, "is_manager": False, "company": None}),
    "email_change": ("email_change.html", {**OWNER, "form": Form()}),
    "email_change-errors": (
        "email_change.html",
        {**ACCOUNT, "account_id": "a", "form": Form(errors=NO_EMAIL)},
    ),
    "email_change-throttled": (
        "email_change.html",
        {**ACCOUNT, "account_id": "a", "form": Form(problem=TOO_FAST)},
    ),
    "email_confirmation": (
        "email_confirmation.html",
        {**ACCOUNT, "form": Form(), "wanted_email": "jan@nieuw.example"},
    ),
    "email_confirmation-errors": (
        "email_confirmation.html",
        {**ACCOUNT, "form": Form({"code": "08783e88"}, WRONG_CODE), "wanted_email": None},
    ),
    "account_closing": ("account_closing.html", {**ACCOUNT, "form": Form(), "gemeente": GEMEENTE}),
    "account_closing-problem": (
        "account_closing.html",
        {**ACCOUNT, "form": Form(problem="U kunt uw account nog niet sluiten."), "gemeente": GEMEENTE},
    ),
    "invitation": ("invitation.html", {"form": Form(), "password_min_length": 15}),
    "invitation-errors": (
        "invitation.html",
        {
            "form": Form({"code": "x"}, WRONG_CODE | {"wachtwoord": "Kies een wachtwoord."}),
            "password_min_length": 15,
        },
    ),
    "company_users": ("company_users.html", COMPANY_USERS),
    "company_users-alone": (
        "company_users.html",
        {**COMPANY_USERS, "people": [MYSELF], "can_stop": False, "invited": []},
    ),
    "company_users-out-of-reach": ("company_users.html", {**COMPANY_USERS, "people": [MYSELF, OUT_OF_REACH]}),
    "inviting-user": ("inviting.html", {"form": Form(), "list": USERS, "account_id": "a", "signed_in": True}),
    "inviting-user-errors": (
        "inviting.html",
        {"form": Form(errors=NOBODY_INVITED), "list": USERS, "account_id": "a", "signed_in": True},
    ),
    "inviting-staff-throttled": (
        "inviting.html",
        {
            "form": Form({"email": "a@b.nl"}, problem=TOO_FAST),
            "list": STAFF,
            "account_id": "a",
            "signed_in": True,
        },
    ),
    "account_blocking": ("account_blocking.html", {**BLOCKING, "form": Form()}),
    "account_blocking-errors": ("account_blocking.html", {**BLOCKING, "form": Form(errors=NO_REASON)}),
    "account_blocking-undone": (
        "account_blocking.html",
        {**BLOCKING, "action": "/gebruikers/u3/deblokkeren", "form": Form(), "unblocks": True},
    ),
    "closing_of_others": ("closing_of_others.html", {**CLOSING, "form": Form()}),
    "closing_of_others-errors": ("closing_of_others.html", {**CLOSING, "form": Form(errors=NO_REASON)}),
    "closing_of_others-problem": (
        "closing_of_others.html",
        {**CLOSING, "form": Form({"reden": "Weg."}, problem="Dit is de enige beheerder van het bedrijf.")},
    ),
    "company_role": ("company_role.html", {**ROLE, "form": Form()}),
    "company_role-taken": ("company_role.html", {**ROLE, "form": Form(), "is_manager": True}),
    "company_role-own": (
        "company_role.html",
        {**ROLE, "form": Form(), "is_manager": True, "is_self": True, "can_stop": True},
    ),
    "company_role-alone": (
        "company_role.html",
        {
            **ROLE,
            "form": Form(problem="U bent de enige beheerder van uw bedrijf."),
            "is_manager": True,
            "is_self": True,
        },
    ),
    "staff": ("staff.html", STAFF_PEOPLE),
    "staff-never-reviewed": (
        "staff.html",
        {**STAFF_PEOPLE, "people": [UNMAILED_MYSELF], "invited": [], "review": None},
    ),
    "staff-overdue": (
        "staff.html",
        {**STAFF_PEOPLE, "people": [], "review": SimpleNamespace(**vars(REVIEW) | {"is_overdue": True})},
    ),
    "gemeente_settings": ("gemeente_settings.html", {**SETTINGS, "form": Form(SETTINGS_TYPED)}),
    "gemeente_settings-shortened": (
        "gemeente_settings.html",
        {
            **SETTINGS,
            "form": Form(SETTINGS_TYPED),
            "former_wait": "72 uur",
            "former_wait_until": "26 november 2026 om 14.05 uur",
        },
    ),
    "gemeente_settings-errors": (
        "gemeente_settings.html",
        {**SETTINGS, "form": Form({"email": "x"}, SETTINGS_ERRORS)},
    ),
    "gemeente_settings-throttled": (
        "gemeente_settings.html",
        {**SETTINGS, "form": Form(SETTINGS_TYPED, problem=TOO_FAST)},
    ),
    "company_rejection": ("company_rejection.html", {**REJECTION, "form": Form()}),
    "company_rejection-errors": (
        "company_rejection.html",
        {**REJECTION, "form": Form({"reden": " "}, {"reden": "Vul in waarom u de aanmelding afwijst."})},
    ),
    "gemeenten": ("gemeenten.html", GEMEENTEN_LIST),
    "gemeenten-first": ("gemeenten.html", {**GEMEENTEN_LIST, "previous_page": None}),
    "gemeenten-nothing": ("gemeenten.html", {**GEMEENTEN_LIST, "search": "<b>Nergens</b>", "rows": []}),
    "gemeenten-none": ("gemeenten.html", {**GEMEENTEN_LIST, "is_filtered": False, "rows": []}),
    "gemeente_admission": ("gemeente_admission.html", {**ADMISSION, "form": Form({"doetMee": "ja"})}),
    "gemeente_admission-new": (
        "gemeente_admission.html",
        {**ADMISSION, "form": Form(), "companies": 0, "staff": 0},
    ),
    "gemeente_admission-errors": (
        "gemeente_admission.html",
        {**ADMISSION, "form": Form({"doetMee": "ja", "email": "x"}, ADMISSION_ERRORS)},
    ),
    "gemeente_admission-throttled": (
        "gemeente_admission.html",
        {**ADMISSION, "form": Form({"doetMee": "ja"}, problem=TOO_FAST)},
    ),
    "companies": ("companies.html", COMPANIES),
    "companies-delayed": ("companies.html", {**COMPANIES, "mail_delay": DELAY}),
    "companies-none-found": (
        "companies.html",
        {
            **COMPANIES,
            **NOWHERE,
            "rows": [],
            "typed": '"duin"',
            "filter_name": "geblokkeerd",
            "is_sought": True,
        },
    ),
    "companies-none-yet": ("companies.html", {**COMPANIES, **NOWHERE, "rows": []}),
    "company-active": ("company.html", {**STORY, "people": [PERSON], "mail_delay": DELAY}),
    "company-refused": ("company.html", WAITING),
    "company-suppressed": (
        "company.html",
        {**WAITING, "acts": [offered("Stuur weer e-mail naar dit adres", "bedrijven/a/mailstop-opheffen")]},
    ),
    "company-person-without-mail": (
        "company.html",
        {**STORY, "is_fine": False, "people": [WITHOUT_MAIL], "primary": WITHOUT_MAIL.acts[0]},
    ),
    "company-taken": (
        "company.html",
        {
            **WAITING,
            "primary": None,
            "waiting": SimpleNamespace(email="jna@gmail.nl", taken_by="b", others=["b"]),
        },
    ),
    "company-blocked": (
        "company.html",
        {**STORY, "is_fine": False, "people": [BLOCKED_PERSON, PERSON], "primary": BLOCKED_PERSON.acts[0]},
    ),
    "company-frozen": (
        "company.html",
        {**STORY, "is_fine": False, "people": [FROZEN], "primary": FROZEN.acts[0]},
    ),
    "company-reset-planned": (
        "company.html",
        {**STORY, "is_fine": False, "people": [RESET_PLANNED], "primary": RESET_PLANNED.acts[0]},
    ),
    "company-awaiting": (
        "company.html",
        {
            **STORY,
            "people": [PERSON],
            "primary": offered("Goedkeuren", "bedrijven/a/goedkeuren"),
            "acts": [offered("Afwijzen", "bedrijven/a/afwijzen", is_link=True)],
        },
    ),
    "company-throttled": ("company.html", {**WAITING, "form": Form(problem=TOO_FAST)}),
    "registration_correction": ("registration_correction.html", CORRECTION),
    "registration_correction-errors": (
        "registration_correction.html",
        {
            **CORRECTION,
            "form": Form({"email": "jan"}, NO_EMAIL | {"reden": "Vul in waarom u dit doet."}),
            "mail_delay": DELAY,
        },
    ),
    "privacy": ("privacy.html", {}),
    "accessibility": ("accessibility.html", {}),
    "error": (
        "error.html",
        {"heading": "Pagina niet gevonden", "message": "Deze pagina bestaat niet.", "error_id": None},
    ),
    "error-signed-in": (
        "error.html",
        {"heading": "Geen toegang", "message": "Dat mag niet.", "error_id": None, "signed_in": True},
    ),
    "error-id": (
        "error.html",
        {"heading": "Er ging iets mis", "message": "Er ging iets mis bij ons.", "error_id": "01JD3Z"},
    ),
}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


class Page(HTMLParser):
    """What a browser would see: the elements with their text, and all text without the mark-up."""

    VOID = frozenset({"meta", "link", "input", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self.text = ""
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]


@cache
def templates() -> jinja2.Environment:
    # Strict: a variable that a page needs and does not get is a bug that shows here.
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(state: str) -> str:
    template, context = STATES[state]
    return templates().get_template(template).render(COMMON | context)


@pytest.fixture
def page(state: str) -> Page:
    return Page(render(state))


@pytest.fixture
def form(state: str) -> Form:
    given: Form = STATES[state][1].get("form", Form())
    return given


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any("state" in marker.args[0] for marker in metafunc.definition.iter_markers("parametrize"))
    if "state" in metafunc.fixturenames and not chosen:
        metafunc.parametrize("state", STATES)
