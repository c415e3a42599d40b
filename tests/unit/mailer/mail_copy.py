"""The words of each mail, as the requirements have them."""

from shared.mail_facts import (
    AccountClosed,
    ActivationCodeIssued,
    EmailChangeCodeIssued,
    EmailChanged,
    NewDeviceLogin,
    PasswordChanged,
    PasswordResetCodeIssued,
    RecoveryCodesReplaced,
    RecoveryCodeUsed,
    RegistrationForExistingAccount,
    TotpEnabled,
    TotpReset,
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
}
LINK_PAGES = {
    ActivationCodeIssued: "activeren",
    PasswordResetCodeIssued: "wachtwoord-herstellen",
    EmailChangeCodeIssued: "account/email-bevestigen",
}
