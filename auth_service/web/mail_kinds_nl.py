"""What each kind of mail is about, in a few words for its reader."""

KINDS = {
    "activation_code_issued": "E-mailadres bevestigen",
    "registration_for_existing_account": "U heeft al een account",
    "password_reset_code_issued": "Nieuw wachtwoord kiezen",
    "password_changed": "Wachtwoord gewijzigd",
    "totp_enabled": "2FA ingesteld",
    "totp_reset": "2FA gereset",
    "totp_reset_announced": "2FA wordt gereset",
    "totp_required_announced": "2FA wordt verplicht",
    "recovery_code_used": "Herstelcode gebruikt",
    "recovery_codes_replaced": "Nieuwe herstelcodes gemaakt",
    "new_device_login": "Nieuwe login",
    "suspicious_logins": "Te veel mislukte pogingen om in te loggen",
    "invitation_issued": "Uitnodiging",
    "email_change_code_issued": "Nieuw e-mailadres bevestigen",
    "email_changed": "E-mailadres gewijzigd",
    "registration_approved": "Aanmelding goedgekeurd",
    "registration_rejected": "Aanmelding afgewezen",
    "account_unused": "Account lang niet gebruikt",
    "account_closed": "Account gesloten",
    "totp_reset_disputed": "Melding dat een reset van 2FA niet klopt",
}
