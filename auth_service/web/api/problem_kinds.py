"""Every kind of refusal an integrator can meet: its lasting name, its status and what it says in Dutch."""

from dataclasses import dataclass

from auth_service.web.body_limits import LARGEST_BODY
from auth_service.web.notices import SENTENCES as NOTICES
from auth_service.web.notices import Notice
from auth_service.web.refusals_nl import ADDRESS_TAKEN as ADDRESS_TAKEN_SENTENCE
from auth_service.web.refusals_nl import REGISTRATION_MOVED_ON as REGISTRATION_MOVED_ON_SENTENCE

# RFC 9457 § 4.2.1: the status says it all.
UNNAMED = "about:blank"


@dataclass(frozen=True)
class ProblemKind:
    """`type` is what a client compares; `title` never changes, `detail` may be said more precisely."""

    type: str
    status: int
    title: str
    detail: str

    @property
    def schema_name(self) -> str:
        """The title as a name in the document."""
        return "".join(word.capitalize() for word in self.title.split())


INVALID_INPUT = ProblemKind(
    "ongeldige-invoer", 400, "Ongeldige invoer", "Een of meer velden kloppen niet. Zie invalidParams."
)
CODE_REJECTED = ProblemKind(
    "code-ongeldig",
    400,
    "Code is ongeldig",
    "De code is verkeerd, verlopen of al gebruikt. Vraag een nieuwe code aan.",
)
LOGIN_REJECTED = ProblemKind(
    "inloggen-mislukt",
    401,
    "Inloggen mislukt",
    "Het e-mailadres of het wachtwoord klopt niet."
    " Heeft u zich net aangemeld? Vul dan eerst de code in uit de e-mail.",
)
NOT_LOGGED_IN = ProblemKind(
    "niet-ingelogd",
    401,
    "Niet ingelogd",
    "Stuur het token van een sessie mee in de header: Authorization: Bearer <token>.",
)
NOT_ACTIVATED = ProblemKind(
    "niet-geactiveerd",
    403,
    "Nog niet geactiveerd",
    NOTICES[Notice.CONFIRM_FIRST],
)
BLOCKED = ProblemKind(
    "geblokkeerd",
    403,
    "Account geblokkeerd",
    "U kunt niet inloggen met dit account. Neem contact op met uw gemeente.",
)
AWAITING_APPROVAL = ProblemKind(
    "wacht-op-goedkeuring",
    403,
    "Wacht op goedkeuring",
    "Uw gemeente moet uw aanmelding nog goedkeuren. U krijgt een e-mail als dat is gebeurd.",
)
TOTP_NEEDED = ProblemKind(
    "totp-vereist",
    403,
    "Code uit app nodig",
    "De sessie heeft nog de 6-cijferige code uit de authenticatie-app nodig.",
)
TOTP_SETUP_NEEDED = ProblemKind(
    "totp-instellen",
    403,
    "Tweefactorauthenticatie instellen",
    "Stel eerst tweefactorauthenticatie (2FA) in.",
)
ENROLMENT_FROZEN = ProblemKind(
    "totp-bevroren",
    403,
    "Instellen geblokkeerd",
    "2FA kan nu niet worden ingesteld, omdat er is gemeld dat een reset niet klopt. Bel uw gemeente.",
)
RESET_WAITS = ProblemKind("reset-gepland", 409, "Reset gepland", "Er is al gevraagd om 2FA te resetten.")
RESET_OPEN = ProblemKind(
    "reset-te-melden",
    409,
    "Reset nog te melden",
    "Iemand anders heeft 2FA gereset. Zolang de eigenaar kan melden dat dit niet klopt, kan dit niet.",
)
NOTHING_WAITS = ProblemKind("geen-reset-gepland", 409, "Geen reset gepland", "Er is geen reset gepland.")
NOT_FROZEN = ProblemKind(
    "niet-bevroren", 409, "Niet geblokkeerd", "Het instellen van 2FA is voor dit account niet geblokkeerd."
)
CLOSED = ProblemKind("gesloten", 403, "Account gesloten", BLOCKED.detail)
LAST_MANAGER = ProblemKind(
    "laatste-beheerder",
    409,
    "Laatste beheerder",
    "Het bedrijf heeft nog andere gebruikers en geen andere beheerder.",
)
ADDRESS_TAKEN = ProblemKind("adres-bezet", 409, "Adres bezet", ADDRESS_TAKEN_SENTENCE)
PROOF_NEEDED = ProblemKind(
    "herbevestiging-nodig",
    403,
    "Herbevestiging nodig",
    "Bewijs eerst opnieuw wie u bent, met uw wachtwoord en een code als u 2FA gebruikt. Probeer het daarna"
    " binnen 5 minuten opnieuw.",
)
NOT_ALLOWED = ProblemKind("geen-toegang", 403, "Geen toegang", "Met dit account mag u dit niet doen.")
NO_ACCOUNT = ProblemKind("onbekend-account", 404, "Onbekend account", "Dit account bestaat niet.")
NO_COMPANY = ProblemKind(
    "onbekend-bedrijf", 404, "Onbekend bedrijf", "Dit bedrijf, of deze aanmelding, bestaat niet."
)
REGISTRATION_MOVED_ON = ProblemKind(
    "aanmelding-veranderd", 409, "Aanmelding veranderd", REGISTRATION_MOVED_ON_SENTENCE
)
NO_GEMEENTE = ProblemKind("onbekende-gemeente", 404, "Onbekende gemeente", "Deze gemeente bestaat niet.")
NO_INVITATION = ProblemKind(
    "onbekende-uitnodiging", 404, "Onbekende uitnodiging", "Deze uitnodiging bestaat niet (meer)."
)
ALREADY_DECIDED = ProblemKind(
    "al-besloten", 409, "Al besloten", "Deze aanmelding wacht niet (meer) op goedkeuring."
)
NOTHING_OWED = ProblemKind("geen-code-nodig", 409, "Geen code nodig", "De sessie wacht niet op een code.")
ALREADY_ENROLLED = ProblemKind(
    "al-ingesteld", 409, "Al ingesteld", "Dit account gebruikt al tweefactorauthenticatie (2FA)."
)
NOT_ENROLLED = ProblemKind(
    "niet-ingesteld", 409, "Niet ingesteld", "Dit account gebruikt geen tweefactorauthenticatie (2FA)."
)
NO_REGISTRATION = ProblemKind(
    "geen-registratie",
    404,
    "Geen registratie",
    "Bij dit ontvangstbewijs wacht geen registratie (meer) op haar code. Stuur het mee in de header"
    " Ontvangstbewijs.",
)
NO_SUCH_SESSION = ProblemKind(
    "geen-sessie", 404, "Geen sessie", "Dit account heeft geen sessie (meer) met dit kenmerk."
)
NOT_FOUND = ProblemKind(
    UNNAMED, 404, "Niet gevonden", "Dit adres bestaat niet. Let op: een adres eindigt niet op een slash."
)
WRONG_METHOD = ProblemKind(
    UNNAMED, 405, "Methode niet toegestaan", "Dit kan hier niet. De header Allow zegt wat wel kan."
)
TOO_SLOW = ProblemKind(
    UNNAMED, 408, "Duurde te lang", "Het versturen van de inhoud duurde te lang. Probeer het opnieuw."
)
TOO_LARGE = ProblemKind(
    UNNAMED, 413, "Te groot", f"De inhoud is te groot. Stuur maximaal {LARGEST_BODY // 1024} KiB."
)
WRONG_MEDIA_TYPE = ProblemKind(
    UNNAMED,
    415,
    "Verkeerd soort inhoud",
    "Stuur JSON in UTF-8, met de header Content-Type: application/json.",
)
UNKNOWN_EXPECTATION = ProblemKind(
    UNNAMED,
    417,
    "Onbekende verwachting",
    "De header Expect kan alleen 100-continue zijn. Laat hem weg of verander hem.",
)
WRONG_HOST = ProblemKind(
    UNNAMED, 421, "Verkeerde host", "Op deze hostnaam is de API er niet. Gebruik het adres uit het document."
)
TOO_OFTEN = ProblemKind(
    "te-vaak", 429, "Te vaak", "Dit gaat te snel. De header Retry-After zegt hoeveel seconden u wacht."
)
UNEXPECTED = ProblemKind(
    UNNAMED, 500, "Er ging iets mis", "Er ging iets mis bij ons. Probeer het later opnieuw."
)
UNAVAILABLE = ProblemKind(
    UNNAMED,
    503,
    "Even niet bereikbaar",
    "We zijn even niet bereikbaar. Probeer het over een paar minuten opnieuw.",
)

BROKEN_OFF = "De inhoud is niet helemaal aangekomen. Stuur hem opnieuw."
NO_RECEIPT = "Dit is geen ontvangstbewijs. Stuur het precies zoals u het kreeg."

# What a call can meet that needs a full session.
FACTOR_OWED = (TOTP_NEEDED, TOTP_SETUP_NEEDED)
# What a call can always meet, and what one with a body can.
ALWAYS = (UNKNOWN_EXPECTATION, WRONG_HOST, UNEXPECTED, UNAVAILABLE)
WITH_BODY = (INVALID_INPUT, TOO_SLOW, TOO_LARGE, WRONG_MEDIA_TYPE)
BY_STATUS = {
    kind.status: kind
    for kind in (
        NOT_FOUND,
        WRONG_METHOD,
        TOO_SLOW,
        TOO_LARGE,
        WRONG_MEDIA_TYPE,
        UNKNOWN_EXPECTATION,
        WRONG_HOST,
    )
}
