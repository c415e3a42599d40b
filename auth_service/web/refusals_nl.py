"""Every refusal in Dutch: the one place where a fact becomes a sentence."""

from datetime import timedelta
from math import ceil

from auth_service.accounts.attempt_budgets import Act
from auth_service.accounts.company_details import LONGEST_NAME
from auth_service.accounts.identification import LONGEST_HOW
from auth_service.accounts.passwords import LONGEST_PASSWORD
from auth_service.accounts.refusals import (
    AccountBlocked,
    AwaitingApproval,
    Field,
    NotApproved,
    Problem,
    ResetOpenToObjection,
    TooOften,
    Violation,
)
from auth_service.accounts.second_factor import Fault
from shared.dutch_times import moment

CODE_REJECTED = (
    "Code is ongeldig. De code is verkeerd, verlopen of al gebruikt."
    " Vraag een nieuwe code aan met 'Ik heb geen code ontvangen.'"
)
RESET_CODE_REJECTED = (
    "Code is ongeldig. De code is verkeerd, verlopen of al gebruikt."
    " Vraag een nieuwe code aan bij 'Wachtwoord vergeten'."
)
LOGIN_REJECTED = (
    "Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw."
    " Bent u uw wachtwoord vergeten? Klik dan op 'Wachtwoord vergeten?'."
)
ACCOUNT_BLOCKED = (
    "U kunt niet inloggen met dit account. Neem contact op met de gemeente {gemeente}: {contact}."
)
AWAITING_APPROVAL = (
    "De gemeente {gemeente} moet uw aanmelding nog goedkeuren. U krijgt een e-mail als dat is gebeurd."
)
NOT_APPROVED = (
    "De gemeente {gemeente} heeft uw aanmelding niet goedgekeurd."
    " Heeft u vragen? Neem dan contact op met de gemeente: {contact}."
)
ADDRESS_TAKEN = "Dit e-mailadres is nu van een ander account. Kies een ander e-mailadres."
LAST_MANAGER = (
    "U kunt uw account nog niet sluiten. Uw bedrijf heeft andere gebruikers, en u bent de enige beheerder."
    " Neem contact op met de gemeente {gemeente}: {contact}."
)
ONLY_MANAGER = "U bent de enige beheerder van uw bedrijf. Maak eerst iemand anders beheerder."
NO_OTHER_MANAGER = (
    "Dit is de enige beheerder van het bedrijf, en het bedrijf heeft andere gebruikers."
    " Laat eerst iemand anders beheerder worden, of sluit eerst de andere accounts."
)
INVITATION_CODE_REJECTED = (
    "Code is ongeldig. De code is verkeerd, verlopen of al gebruikt."
    " Vraag degene die u uitnodigde om een nieuwe uitnodiging."
)
REGISTRATION_MOVED_ON = "De aanmelding is net veranderd. Bekijk eerst hoe het er nu voor staat."
PASSWORD_NEEDED = "Vul het wachtwoord in dat u koos toen u zich aanmeldde."  # noqa: S105 - a sentence.

CODE_INVALID = "Code is ongeldig."
SECOND_FACTOR_REJECTED: dict[Fault, str] = {
    Fault.WRONG: f"{CODE_INVALID} Wacht op een nieuwe code in de app en probeer het opnieuw.",
    Fault.USED: f"{CODE_INVALID} Wacht op een nieuwe code in de app.",
    Fault.WRONG_RECOVERY_CODE: f"{CODE_INVALID} Deze herstelcode klopt niet of is al gebruikt.",
    Fault.CLOCK_AHEAD: f"{CODE_INVALID} De klok van uw telefoon loopt niet gelijk: hij loopt voor.",
    Fault.CLOCK_BEHIND: f"{CODE_INVALID} De klok van uw telefoon loopt niet gelijk: hij loopt achter.",
}
# {clock} is the time here in words.
CLOCK_HERE = "Op onze klok was het {clock} toen u de code stuurde. Vergelijk dat met uw telefoon."
NEXT_CODE = "Bijna klaar. Wacht op de volgende code in de app en vul die ook in."
ENROLMENT_MAIL_CODE_REJECTED = (
    f"{CODE_INVALID} De code uit de e-mail is verkeerd, verlopen of al gebruikt."
    " Vraag een nieuwe code aan met 'Ik heb geen code ontvangen'."
)
OBJECTION_CODE_REJECTED = (
    f"{CODE_INVALID} De code is verkeerd, verlopen of al gebruikt."
    " Bel uw gemeente als u de reset niet vertrouwt."
)
ENROLMENT_FROZEN = (
    "2FA kan nu niet worden ingesteld, omdat er is gemeld dat een reset niet klopt."
    " Neem contact op met de gemeente {gemeente}: {contact}."
)
# {when} is a moment in words.
RESET_WAITS = "Er is al gevraagd om 2FA te resetten. Dat gebeurt op {when}."
RESET_OPEN = (
    "Iemand anders heeft uw 2FA gereset. Tot {when} kunt u daarom uw e-mailadres niet wijzigen"
    " en uw account niet sluiten."
)
OWN_RESET = "U heeft deze 2FA zelf gereset. Een collega moet met de gebruiker spreken en 2FA vrijgeven."
REASON_TOO_LONG = "De reden is te lang. Gebruik maximaal 500 tekens."
PASSWORD_REJECTED = "Uw wachtwoord klopt niet."  # noqa: S105 - a sentence.

# Why somebody with the right password can't log in; what isn't here is told as AccountBlocked.
KEPT_OUT: dict[type[AccountBlocked], str] = {
    AwaitingApproval: AWAITING_APPROVAL,
    NotApproved: NOT_APPROVED,
}

# {wait} is a number of minutes, or hours, in words.
TOO_OFTEN = {
    Act.LOGIN: "U heeft te vaak geprobeerd in te loggen. Wacht {wait} en probeer het dan opnieuw.",
    Act.MAIL: "Er is net al om een e-mail voor dit adres gevraagd. Wacht {wait} en probeer het dan opnieuw.",
    Act.CODE: "U heeft te vaak een verkeerde code ingevuld. Wacht {wait} en log dan opnieuw in.",
    Act.ANNOUNCEMENT: (
        "De ondernemers krijgen al e-mails over een eerdere datum. Wacht {wait} en kies dan een andere datum."
    ),
    Act.LIFTING: (
        "Er is al gezegd dat dit adres klopt, maar onze e-mail kwam weer niet aan."
        " Vraag om een ander e-mailadres, of wacht {wait} en probeer het dan opnieuw."
    ),
    Act.FORM: "Dit gaat te snel. Wacht {wait} en probeer het dan opnieuw.",
}

TOO_OFTEN_HERE = "U heeft te vaak iets verkeerds ingevuld. Wacht {wait} en probeer het dan opnieuw."

KVK = "Een KVK-nummer heeft 8 cijfers. Controleer het nummer of laat dit veld leeg."
PHONE = "Vul een geldig telefoonnummer in, bijvoorbeeld 0612345678, of laat dit veld leeg."

# What is wrong with a password that somebody chooses.
CHOSEN_PASSWORD = {
    Problem.EMPTY: "Kies een wachtwoord.",
    Problem.TOO_SHORT: "Uw wachtwoord is te kort. Gebruik minstens {shortest} tekens.",
    Problem.TOO_LONG: f"Uw wachtwoord is te lang. Gebruik maximaal {LONGEST_PASSWORD} tekens.",
    Problem.COMMON_PASSWORD: (
        "Veel mensen gebruiken dit wachtwoord. Daardoor is het niet veilig. Kies een ander wachtwoord."
    ),
    Problem.CONTEXT_PASSWORD: (
        "Gebruik niet de naam van uw onderneming, uw gemeente of uw e-mailadres als wachtwoord."
    ),
}

SENTENCES: dict[tuple[Field, Problem], str] = {
    (Field.COMPANY_NAME, Problem.EMPTY): "Vul de naam van uw onderneming in.",
    (Field.COMPANY_NAME, Problem.TOO_LONG): f"De naam is te lang. Gebruik maximaal {LONGEST_NAME} tekens.",
    (Field.STREET_ADDRESS, Problem.EMPTY): "Vul de straat en het huisnummer in.",
    (Field.STREET_ADDRESS, Problem.TOO_LONG): "Het adres is te lang. Vul alleen straat en huisnummer in.",
    (Field.STREET_ADDRESS, Problem.NO_HOUSE_NUMBER): (
        "Vul ook een huisnummer in, bijvoorbeeld Dorpsstraat 12."
    ),
    (Field.POSTCODE, Problem.EMPTY): "Vul uw postcode in.",
    (Field.POSTCODE, Problem.WRONG): (
        "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB."
    ),
    (Field.PLACE, Problem.EMPTY): "Vul de woonplaats in.",
    (Field.PLACE, Problem.UNKNOWN_PLACE): (
        "Deze woonplaats kennen we niet. Controleer de naam, bijvoorbeeld Den Haag."
    ),
    (Field.PLACE, Problem.NOT_SUBSCRIBED): (
        "De gemeente {gemeente} gebruikt het {product} niet. Neem contact op met uw gemeente."
    ),
    (Field.PLACE, Problem.OTHER_GEMEENTE): (
        "Deze woonplaats ligt niet in de gemeente {gemeente}. Bent u verhuisd?"
        " Neem dan contact op met de gemeente: {contact}."
    ),
    (Field.PLACE, Problem.NOT_IN_TENANT): (
        "Deze woonplaats ligt niet in de gemeente {gemeente}. Ga naar de pagina van uw eigen gemeente."
    ),
    (Field.GEMEENTE, Problem.SEVERAL_GEMEENTEN): (
        "Deze woonplaats komt vaker voor. Kies de gemeente waar uw accommodatie ligt."
    ),
    (Field.KVK_NUMBER, Problem.WRONG): KVK,
    (Field.KVK_NUMBER, Problem.ESTABLISHMENT_NUMBER): (
        "Dit is een vestigingsnummer. Vul uw KVK-nummer in. Dat heeft 8 cijfers."
    ),
    (Field.PHONE, Problem.WRONG): PHONE,
    (Field.SLEEPING_PLACES, Problem.EMPTY): "Vul in hoeveel slaapplekken u heeft.",
    (Field.SLEEPING_PLACES, Problem.WRONG): "Vul een heel getal in van 1 of meer.",
    (Field.SLEEPING_PLACES, Problem.TOO_HIGH): ("Dit aantal is te hoog. Controleer het aantal slaapplekken."),
    (Field.ACCOMMODATION, Problem.EMPTY): "Kies een soort accommodatie.",
    (Field.ACCOMMODATION, Problem.NOT_OFFERED): (
        "Deze soort accommodatie kunt u niet kiezen in de gemeente {gemeente}. Kies een andere soort."
    ),
    (Field.EMAIL, Problem.EMPTY): "Vul uw e-mailadres in.",
    (Field.EMAIL, Problem.WRONG): "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    (Field.EMAIL, Problem.SAME_EMAIL): "Dit is al uw e-mailadres. Vul een ander e-mailadres in.",
    (Field.EMAIL, Problem.NOT_CORRECTED): (
        "Dit is al het e-mailadres van deze aanmelding. Vul het juiste e-mailadres in."
    ),
    **{(Field.PASSWORD, problem): sentence for problem, sentence in CHOSEN_PASSWORD.items()},
    (Field.PASSWORD, Problem.NO_PASSWORD): "Vul uw wachtwoord in.",
    (Field.PASSWORD, Problem.NOT_THIS_PASSWORD): (
        "Dit wachtwoord hoort niet bij deze aanmelding."
        " Vul het wachtwoord in dat u koos toen u zich aanmeldde."
    ),
    (Field.CURRENT_PASSWORD, Problem.EMPTY): "Vul uw huidige wachtwoord in.",
    (Field.CURRENT_PASSWORD, Problem.NOT_THIS_PASSWORD): "Uw huidige wachtwoord klopt niet.",
    **{(Field.NEW_PASSWORD, problem): sentence for problem, sentence in CHOSEN_PASSWORD.items()},
    (Field.NEW_PASSWORD, Problem.SAME_PASSWORD): "Kies een ander wachtwoord dan uw oude wachtwoord.",
    (Field.CODE, Problem.EMPTY): "Vul de code in uit de e-mail.",
    (Field.MAILED_CODE, Problem.EMPTY): "Vul de code in uit de e-mail.",
    (Field.TOTP_CODE, Problem.EMPTY): "Vul de 6-cijferige code uit de app in.",
    (Field.TOTP_CODE, Problem.WRONG): "De code bestaat uit 6 cijfers.",
    (Field.RECOVERY_CODE, Problem.EMPTY): "Vul een van uw herstelcodes in.",
    (Field.RECOVERY_CODE, Problem.WRONG): "Een herstelcode bestaat uit 16 letters en cijfers.",
    (Field.EITHER_CODE, Problem.EMPTY): "Vul de 6-cijferige code uit de app in, of een herstelcode.",
    (Field.EITHER_CODE, Problem.WRONG): "Vul 6 cijfers uit de app in, of een herstelcode van 16 tekens.",
    (Field.BLOCKING_REASON, Problem.EMPTY): "Vul in waarom u dit doet.",
    (Field.BLOCKING_REASON, Problem.TOO_LONG): "De reden is te lang. Gebruik maximaal 500 tekens.",
    (Field.INVITED_EMAIL, Problem.EMPTY): "Vul het e-mailadres in van wie u uitnodigt.",
    (Field.INVITED_EMAIL, Problem.WRONG): "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    (Field.INVITED_EMAIL, Problem.NO_CONTACT): (
        "Deze gemeente heeft nog geen e-mailadres. Vul dat eerst in bij de gegevens van de gemeente."
    ),
    (Field.INVITED_EMAIL, Problem.DISSOLVED): (
        "Deze gemeente is opgeheven. U kunt hier niemand meer uitnodigen."
    ),
    (Field.ROLE, Problem.EMPTY): "Kies een rol.",
    (Field.REASON, Problem.EMPTY): "Vul in waarom u dit doet.",
    (Field.REASON, Problem.TOO_LONG): REASON_TOO_LONG,
    (Field.REJECTION_REASON, Problem.EMPTY): "Vul in waarom u de aanmelding afwijst.",
    (Field.REJECTION_REASON, Problem.TOO_LONG): "De reden is te lang. Gebruik maximaal 500 tekens.",
    (Field.PARTICIPATING, Problem.DISSOLVED): "Deze gemeente is opgeheven en kan niet meer gaan meedoen.",
    (Field.CONTACT_EMAIL, Problem.EMPTY): "Vul het e-mailadres van de gemeente in.",
    (Field.CONTACT_EMAIL, Problem.WRONG): "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    (Field.CONTACT_PHONE, Problem.WRONG): (
        "Vul een geldig telefoonnummer in, bijvoorbeeld 14 010, of laat dit veld leeg."
    ),
    (Field.ACCOMMODATION_TYPES, Problem.EMPTY): "Kies minstens één soort accommodatie.",
    (Field.ACCOMMODATION_TYPES, Problem.WRONG): "Kies alleen soorten accommodatie uit de lijst.",
    (Field.RESET_WAIT, Problem.EMPTY): "Kies hoe lang we wachten.",
    (Field.RESET_WAIT, Problem.WRONG): "Kies hoe lang we wachten: 0, 24, 48 of 72 uur.",
    (Field.HOST, Problem.WRONG): (
        "Vul alleen de hostnaam in, bijvoorbeeld zeedorp.voorbeeld.nl. De hostnaam van deze website kan niet."
    ),
    (Field.HOST, Problem.HOST_TAKEN): "Deze hostnaam is al van een andere gemeente.",
    (Field.RELEASE_REASON, Problem.EMPTY): "Vul in waarom u 2FA vrijgeeft.",
    (Field.RELEASE_REASON, Problem.TOO_LONG): REASON_TOO_LONG,
    (Field.IDENTIFIED_BY, Problem.EMPTY): "Kies hoe u heeft gecontroleerd wie u helpt.",
    (Field.IDENTIFIED_HOW, Problem.EMPTY): "Vul in hoe u heeft gecontroleerd wie u helpt.",
    (Field.IDENTIFIED_HOW, Problem.TOO_LONG): f"De uitleg is te lang. Gebruik maximaal {LONGEST_HOW} tekens.",
    (Field.STARTS_ON, Problem.EMPTY): "Vul in vanaf welke dag 2FA verplicht is.",
    (Field.STARTS_ON, Problem.WRONG): "Vul een datum in, bijvoorbeeld 1 januari 2027 of 1-1-2027.",
    (Field.STARTS_ON, Problem.TOO_EARLY): "Deze dag is al begonnen of voorbij. Kies een dag na vandaag.",
    (Field.STARTS_ON, Problem.TOO_LATE): "Kies een dag binnen een jaar. Controleer het jaartal.",
    (Field.STARTS_ON, Problem.HOLDS_ALREADY): "2FA is al verplicht. Kiezen vanaf wanneer kan dus niet meer.",
    (Field.POLICY_REASON, Problem.EMPTY): "Vul in waarom u 2FA niet verplicht.",
    (Field.POLICY_REASON, Problem.TOO_LONG): REASON_TOO_LONG,
}
# Every text can hold such a character.
CONTROL_CHARACTER = "In dit veld staat een teken dat we niet kunnen gebruiken."


def sentence_about_account(refusal: AccountBlocked) -> str:
    sentence = KEPT_OUT.get(type(refusal), ACCOUNT_BLOCKED)
    return sentence.format(gemeente=refusal.gemeente, contact=refusal.contact)


def sentence_about_reset(refusal: ResetOpenToObjection) -> str:
    return RESET_OPEN.format(when=moment(refusal.until))


def sentence_about_wait(refusal: TooOften) -> str:
    return TOO_OFTEN[refusal.act].format(wait=wait_in_words(refusal))


def sentence_about_wait_here(refusal: TooOften) -> str:
    """For who is logged in, and need not log in again."""
    return TOO_OFTEN_HERE.format(wait=wait_in_words(refusal))


def wait_in_words(refusal: TooOften) -> str:
    if refusal.wait > timedelta(hours=10):
        return f"{ceil(refusal.wait / timedelta(hours=1))} uur"
    minutes = ceil(refusal.wait / timedelta(minutes=1))
    return f"{minutes} {'minuut' if minutes == 1 else 'minuten'}"


def sentence_about(violation: Violation, **facts: object) -> str:
    """Raises KeyError for a pair that nobody refuses."""
    if violation.problem is Problem.CONTROL_CHARACTER:
        return CONTROL_CHARACTER
    return SENTENCES[violation.field, violation.problem].format(**facts, **violation.facts)
