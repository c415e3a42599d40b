"""The words of each mail, as the requirements have them."""

from shared.mail_facts import (
    AccountClosed,
    AccountUnused,
    ActivationCodeIssued,
    DeliveryTested,
    EmailChangeCodeIssued,
    EmailChanged,
    InvitationIssued,
    NewDeviceLogin,
    PasswordChanged,
    PasswordResetCodeIssued,
    RecoveryCodesReplaced,
    RecoveryCodeUsed,
    RegistrationApproved,
    RegistrationForExistingAccount,
    RegistrationRejected,
    SuspiciousLogins,
    TotpEnabled,
    TotpRequiredAnnounced,
    TotpReset,
    TotpResetAnnounced,
    TotpResetDisputed,
)

FOOTER = (
    "Deze e-mail is automatisch verstuurd door het Digitaal Nachregister namens de gemeente Zeedorp. "
    "Vragen? Neem contact op met de gemeente: nachtregister@zeedorp.example. "
    "Krijgt u onze e-mails in uw spam? "
    "Zet noreply@nachregister.example dan in uw veilige lijst met afzenders."
)

COPY = {
    ActivationCodeIssued: (
        "Bevestig uw e-mailadres voor het Digitaal Nachregister",
        [
            "Beste gebruiker,",
            "U heeft een account aangemaakt voor Pension De Zon. Bevestig uw e-mailadres. "
            "Daarna kunt u inloggen.",
            "Ga naar deze pagina. De code staat daar al ingevuld.",
            "Klik op Opslaan.",
            "Staat de code er niet? Kopieer dan deze code en plak hem op de pagina:",
            "De code is 24 uur geldig. U kunt hem één keer gebruiken.",
            "Heeft u geen account aangemaakt? Dan hoeft u niets te doen. "
            "Zonder bevestiging verwijderen we de gegevens na 7 dagen.",
        ],
    ),
    RegistrationForExistingAccount: (
        "U heeft al een account bij het Digitaal Nachregister",
        [
            "Iemand probeerde een account aan te maken met dit e-mailadres. Maar u heeft al een account.",
            "Was u dit? Log dan in op https://inloggen.nachregister.example/inloggen. "
            "Weet u uw wachtwoord niet meer? Klik daar op 'Wachtwoord vergeten?'.",
            "Was u dit niet? Dan hoeft u niets te doen. Er is niets veranderd.",
        ],
    ),
    PasswordResetCodeIssued: (
        "Kies een nieuw wachtwoord voor het Digitaal Nachregister",
        [
            "U wilt een nieuw wachtwoord kiezen.",
            "Ga naar deze pagina. De code staat daar al ingevuld.",
            "Kies een nieuw wachtwoord.",
            "Klik op Opslaan.",
            "Staat de code er niet? Kopieer dan deze code:",
            "De code is 1 uur geldig. U kunt hem één keer gebruiken.",
            "Heeft u dit niet gevraagd? Dan hoeft u niets te doen. Uw oude wachtwoord blijft werken. "
            "Krijgt u deze e-mail vaker? Neem dan contact op met uw gemeente.",
        ],
    ),
    PasswordChanged: (
        "Uw wachtwoord is gewijzigd",
        [
            "Op 23 november 2026 om 14.05 uur is het wachtwoord van uw account gewijzigd. "
            "U bent op alle apparaten uitgelogd.",
            "Was u dit niet? Klik dan op de inlogpagina meteen op 'Wachtwoord vergeten?' "
            "en neem contact op met uw gemeente.",
        ],
    ),
    TotpEnabled: (
        "2FA staat aan voor uw account",
        [
            "Op 23 november 2026 om 14.05 uur is tweefactorauthenticatie (2FA) ingesteld. "
            "U heeft nu bij het inloggen ook een code uit uw app nodig.",
            "Was u dit niet? Neem dan meteen contact op met uw gemeente.",
        ],
    ),
    TotpReset: (
        "2FA is gereset voor uw account",
        [
            "Op 23 november 2026 om 14.05 uur is 2FA gereset door uzelf. Verwijder de oude code uit uw app. "
            "U kunt 2FA weer aanzetten in uw account.",
            "Klopt dit niet? Neem dan meteen contact op met uw gemeente.",
        ],
    ),
    RecoveryCodeUsed: (
        "Er is een herstelcode van uw account gebruikt",
        [
            "Op 23 november 2026 om 14.05 uur is er een herstelcode van uw account gebruikt. "
            "Die code werkt nu niet meer.",
            "U heeft nog 7 herstelcodes.",
            "Heeft u een nieuwe telefoon? Log dan in, ga naar Tweefactorauthenticatie en reset 2FA.",
            "Was u dit niet? Wijzig dan meteen uw wachtwoord en neem contact op met uw gemeente.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    RecoveryCodesReplaced: (
        "Er zijn nieuwe herstelcodes gemaakt voor uw account",
        [
            "Op 23 november 2026 om 14.05 uur zijn er nieuwe herstelcodes gemaakt voor uw account. "
            "De oude werken niet meer.",
            "Was u dit niet? Wijzig dan meteen uw wachtwoord, reset 2FA en neem contact op met uw gemeente.",
            "2FA resetten doet u op Mijn account bij Tweefactorauthenticatie. "
            "Daarna werken ook de nieuwe herstelcodes niet meer.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    NewDeviceLogin: (
        "Nieuwe login op uw account",
        [
            "Op 23 november 2026 om 14.05 uur is er ingelogd op uw account vanaf een nieuw apparaat: "
            "Firefox op Windows.",
            "Was u dit? Dan hoeft u niets te doen.",
            "Was u dit niet? Wijzig dan meteen uw wachtwoord en neem contact op met uw gemeente.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    EmailChangeCodeIssued: (
        "Bevestig uw nieuwe e-mailadres voor het Digitaal Nachregister",
        [
            "U wilt dit e-mailadres gebruiken voor uw account bij het Digitaal Nachregister.",
            "Log in op https://inloggen.nachregister.example/inloggen. "
            "Gebruik daarbij nog uw oude e-mailadres.",
            "Ga naar deze pagina. De code staat daar al ingevuld.",
            "Klik op Opslaan. Pas dan verandert uw e-mailadres.",
            "Staat de code er niet? Kopieer dan deze code:",
            "De code is 24 uur geldig. U kunt hem één keer gebruiken.",
            "Heeft u dit niet gevraagd? Dan hoeft u niets te doen.",
        ],
    ),
    EmailChanged: (
        "Uw e-mailadres is gewijzigd",
        [
            "Op 23 november 2026 om 14.05 uur is het e-mailadres van uw account gewijzigd in "
            "ja***@pensiondezon.example. Log voortaan in met uw nieuwe e-mailadres.",
            "Was u dit niet? Wijzig dan meteen uw wachtwoord en neem contact op met uw gemeente. "
            "Kunt u niet meer inloggen? Dan helpt uw gemeente u verder.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    AccountClosed: (
        "Uw account is gesloten",
        [
            "Op 23 november 2026 om 14.05 uur is uw account bij het Digitaal Nachregister gesloten. "
            "U kunt niet meer inloggen.",
            "Klopt dit niet? Neem dan contact op met de gemeente Zeedorp: nachtregister@zeedorp.example.",
        ],
    ),
    AccountUnused: (
        "U heeft uw account al lang niet gebruikt",
        [
            "U heeft uw account bij het Digitaal Nachregister al lang niet gebruikt. "
            "Logt u niet in voor 22 januari 2027? Dan sluiten we uw account. "
            "Daarna kunt u niet meer inloggen.",
            "Wilt u uw account houden? Log dan in op https://inloggen.nachregister.example/inloggen.",
            "Weet u uw wachtwoord niet meer? Klik dan op die pagina op 'Wachtwoord vergeten?'.",
            "Heeft u het account niet meer nodig? Dan hoeft u niets te doen.",
        ],
    ),
    InvitationIssued: (
        "Uitnodiging voor het Digitaal Nachregister van de gemeente Zeedorp",
        [
            "jan@zeedorp.example nodigt u uit als medewerker van de gemeente Zeedorp.",
            "Ga naar deze pagina, kies een wachtwoord en stel 2FA in.",
            "Staat de code er niet? Kopieer dan deze code:",
            "De uitnodiging is 7 dagen geldig.",
            "Kent u deze persoon niet? Gooi deze e-mail dan weg.",
        ],
    ),
    TotpRequiredAnnounced: (
        "De gemeente Zeedorp maakt 2FA verplicht vanaf 1 januari 2027",
        [
            "Vanaf 1 januari 2027 heeft u bij het inloggen ook een code uit een app nodig. "
            "Dat heet tweefactorauthenticatie (2FA).",
            "Stel 2FA alvast in. Dat duurt ongeveer 5 minuten. U heeft uw telefoon nodig.",
            "Log in op https://inloggen.nachregister.example/inloggen.",
            "Ga naar Mijn account en kies Tweefactorauthenticatie.",
            "Heeft u 2FA op 1 januari 2027 nog niet ingesteld? Dan doet u dat als u daarna inlogt.",
            "Lukt het niet? De gemeente Zeedorp helpt u graag: nachtregister@zeedorp.example of 0228 123456.",
        ],
    ),
    RegistrationApproved: (
        "Uw aanmelding is goedgekeurd",
        [
            "Op 23 november 2026 om 14.05 uur heeft de gemeente Zeedorp de aanmelding van Pension De Zon "
            "goedgekeurd. U kunt het Digitaal Nachregister nu gebruiken.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    RegistrationRejected: (
        "Uw aanmelding is niet goedgekeurd",
        [
            "Op 23 november 2026 om 14.05 uur heeft de gemeente Zeedorp de aanmelding van Pension De Zon "
            "niet goedgekeurd. U kunt het Digitaal Nachregister daarom niet gebruiken.",
            "De gemeente schrijft:",
            "Dit adres ligt niet in onze gemeente.",
            "Heeft u vragen, of klopt dit niet? Neem dan contact op met de gemeente Zeedorp: "
            "nachtregister@zeedorp.example of 0228 123456.",
        ],
    ),
    SuspiciousLogins: (
        "Iemand probeerde in te loggen op uw account",
        [
            "Rond 23 november 2026 om 14.05 uur is er vaak met een verkeerd wachtwoord geprobeerd in te "
            "loggen op uw account. Het inloggen is tegengehouden.",
            "Was u dit? Wacht dan even en probeer het opnieuw. Weet u uw wachtwoord niet meer? "
            "Klik op de inlogpagina op 'Wachtwoord vergeten?'.",
            "Was u dit niet? Dan hoeft u niets te doen.",
            "Inloggen doet u op https://inloggen.nachregister.example/inloggen.",
        ],
    ),
    TotpResetAnnounced: (
        "2FA wordt gereset voor uw account",
        [
            "Op 23 november 2026 om 14.05 uur heeft een medewerker van de gemeente Zeedorp gevraagd om 2FA "
            "te resetten voor uw account. Dat gebeurt op 24 november 2026 om 14.05 uur. "
            "Tot die tijd verandert er niets.",
            "Klopt dit? Dan hoeft u niets te doen. U krijgt een e-mail als 2FA is gereset.",
            "Klopt dit niet? Ga dan naar deze pagina. Daar stopt u de reset.",
            "Staat de code er niet? Kopieer dan deze code:",
            "De code werkt tot 24 november 2026 om 14.05 uur. U kunt hem één keer gebruiken.",
        ],
    ),
    TotpResetDisputed: (
        "Iemand meldt dat een reset van 2FA niet klopt",
        [
            "Het gaat om het account info@pensiondezon.example van Pension De Zon. "
            "De gebruiker meldt: ik heb niet om deze reset gevraagd.",
            "De reset is gevraagd door een medewerker van de gemeente Zeedorp. "
            "Hij zou ingaan op 24 november 2026 om 14.05 uur, maar gaat nu niet door. 2FA is niet veranderd.",
            "Bel de gebruiker op het telefoonnummer dat u al kent. "
            "Gebruik geen nummer van wie om de reset vroeg.",
            "Log in op https://inloggen.nachregister.example/inloggen en zoek het account op in het "
            "overzicht. Daar ziet u wie de reset deed en waarom.",
        ],
    ),
    DeliveryTested: (
        "Test van het Digitaal Nachregister",
        [
            "Dit is een test. De beheerder van het Digitaal Nachregister heeft deze e-mail verstuurd "
            "op 23 november 2026 om 14.05 uur.",
            "Zo ziet hij of onze e-mails goed aankomen. Er is niets veranderd in een account.",
            "De gemeente onder deze e-mail is een voorbeeld.",
            "Weet u niets van deze test? Dan hoeft u niets te doen.",
        ],
    ),
}
GREETINGS = {TotpResetDisputed: "Beste medewerker,"}
LINK_PAGES = {
    ActivationCodeIssued: "activeren",
    PasswordResetCodeIssued: "wachtwoord-herstellen",
    EmailChangeCodeIssued: "account/email-bevestigen",
    InvitationIssued: "uitnodiging",
    TotpResetAnnounced: "2fa/reset-annuleren",
}
