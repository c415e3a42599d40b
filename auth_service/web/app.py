"""The web application: addresses, middlewares and headers."""

from aiohttp import web

from auth_service.web.api.calls import add_api
from auth_service.web.api.told_refusals import tell_problems
from auth_service.web.body_limits import LARGEST_BODY, LONGEST_WAIT_SECONDS, WAIT_SECONDS
from auth_service.web.error_pages import show_refusals, show_unexpected_errors
from auth_service.web.foreign_hosts import refuse_foreign_hosts
from auth_service.web.gateway.check import CHECK_ROUTE, answer_gateways
from auth_service.web.gateway.key_set import get_key_set
from auth_service.web.last_requests import UNDER_WAY, RequestsUnderWay
from auth_service.web.leading_on import lead_on
from auth_service.web.pages import (
    account,
    account_blocking,
    account_closing,
    account_two_factor,
    activation,
    activation_resend,
    companies,
    company,
    company_approval,
    company_roles,
    company_users,
    data_export,
    details,
    email_change,
    email_confirmation,
    gemeente_admission,
    gemeente_settings,
    gemeente_staff,
    gemeente_trail,
    gemeenten,
    invitation,
    login,
    login_second_factor,
    logout,
    password_change,
    password_forgotten,
    password_reset,
    platform_staff,
    reconfirmation,
    recovery_codes,
    registration,
    registration_correction,
    registration_done,
    session_watch,
    sessions,
    texts,
    totp_setup,
)
from auth_service.web.rendering import set_up_templates
from auth_service.web.request_log import note_requests
from auth_service.web.security_headers import setting_security_headers
from auth_service.web.services import SERVICES, Services
from auth_service.web.static_assets import add_static_routes
from auth_service.web.visitors import watch_for_proxies

ROUTES = [
    web.get("/", texts.get_root),
    web.get("/inloggen", login.get_login),
    web.post("/inloggen", login.post_login),
    web.get("/inloggen/code", login_second_factor.get_login_code),
    web.post("/inloggen/code", login_second_factor.post_login_code),
    web.get("/inloggen/herstelcode", login_second_factor.get_login_recovery_code),
    web.post("/inloggen/herstelcode", login_second_factor.post_login_recovery_code),
    web.get("/2fa/instellen", totp_setup.get_totp_setup),
    web.post("/2fa/instellen", totp_setup.post_totp_setup),
    web.get("/2fa/instellen/aanbod", totp_setup.get_totp_offer),
    web.post("/2fa/instellen/vasthouden", totp_setup.post_totp_hold),
    web.post("/2fa/instellen/nieuwe-code", totp_setup.post_totp_mail_code),
    web.get("/2fa/herstelcodes", recovery_codes.get_recovery_codes),
    web.post("/2fa/herstelcodes", recovery_codes.post_recovery_codes_kept),
    web.get("/2fa/herstelcodes/bestand", recovery_codes.get_recovery_code_file),
    web.post("/uitloggen", logout.post_logout),
    web.get("/registreren", registration.get_registration),
    web.post("/registreren", registration.post_registration),
    web.get("/registreren/gelukt", registration_done.get_registration_done),
    web.get("/activeren", activation.get_activation),
    web.post("/activeren", activation.post_activation),
    web.get("/activeren/nieuwe-code", activation_resend.get_activation_resend),
    web.post("/activeren/nieuwe-code", activation_resend.post_activation_resend),
    web.get("/wachtwoord-vergeten", password_forgotten.get_password_forgotten),
    web.post("/wachtwoord-vergeten", password_forgotten.post_password_forgotten),
    web.get("/wachtwoord-herstellen", password_reset.get_password_reset),
    web.post("/wachtwoord-herstellen", password_reset.post_password_reset),
    web.get("/account", account.get_account),
    web.get("/account/bevestigen", reconfirmation.get_reconfirmation),
    web.post("/account/bevestigen", reconfirmation.post_reconfirmation),
    web.get("/account/2fa", account_two_factor.get_account_two_factor),
    web.post("/account/2fa/bedrijf", account_two_factor.post_company_policy),
    web.get("/account/2fa/herstelcodes", account_two_factor.get_new_recovery_codes),
    web.post("/account/2fa/herstelcodes", account_two_factor.post_new_recovery_codes),
    web.get("/account/2fa/resetten", account_two_factor.get_totp_reset),
    web.post("/account/2fa/resetten", account_two_factor.post_totp_reset),
    web.get("/account/wachtwoord", password_change.get_password_change),
    web.post("/account/wachtwoord", password_change.post_password_change),
    web.get("/account/sessie", session_watch.get_time_left),
    web.post("/account/sessie", session_watch.post_time_left),
    web.get("/account/sessies", sessions.get_sessions),
    web.post("/account/sessies", sessions.post_sessions),
    web.get("/account/gegevens", details.get_details),
    web.post("/account/gegevens", details.post_details),
    web.get("/account/gegevens/export", data_export.get_data_export),
    web.get("/account/email", email_change.get_email_change),
    web.post("/account/email", email_change.post_email_change),
    web.get("/account/email-bevestigen", email_confirmation.get_email_confirmation),
    web.post("/account/email-bevestigen", email_confirmation.post_email_confirmation),
    web.get("/account/sluiten", account_closing.get_account_closing),
    web.post("/account/sluiten", account_closing.post_account_closing),
    web.get("/uitnodiging", invitation.get_invitation),
    web.post("/uitnodiging", invitation.post_invitation),
    web.get("/gebruikers", company_users.get_company_users),
    web.get("/gebruikers/uitnodigen", company_users.get_inviting_user),
    web.post("/gebruikers/uitnodigen", company_users.post_inviting_user),
    web.post("/gebruikers/opnieuw-uitnodigen", company_users.post_inviting_user_again),
    web.post("/gebruikers/intrekken", company_users.post_user_withdrawal),
    web.get("/gebruikers/{id}/rol", company_roles.get_company_role),
    web.post("/gebruikers/{id}/rol", company_roles.post_company_role),
    web.get("/gebruikers/{id}/blokkeren", account_blocking.get_blocking_by_manager),
    web.post("/gebruikers/{id}/blokkeren", account_blocking.post_blocking_by_manager),
    web.get("/gebruikers/{id}/deblokkeren", account_blocking.get_blocking_by_manager),
    web.post("/gebruikers/{id}/deblokkeren", account_blocking.post_blocking_by_manager),
    web.get("/gemeente/{gemeente}/medewerkers", gemeente_staff.get_gemeente_staff),
    web.get("/gemeente/{gemeente}/medewerkers/uitnodigen", gemeente_staff.get_inviting_staff),
    web.post("/gemeente/{gemeente}/medewerkers/uitnodigen", gemeente_staff.post_inviting_staff),
    web.post("/gemeente/{gemeente}/medewerkers/opnieuw-uitnodigen", gemeente_staff.post_inviting_staff_again),
    web.post("/gemeente/{gemeente}/medewerkers/intrekken", gemeente_staff.post_staff_withdrawal),
    web.post("/gemeente/{gemeente}/medewerkers/gecontroleerd", gemeente_staff.post_staff_review),
    web.get("/gemeente/{gemeente}/gebruikers/{id}/blokkeren", account_blocking.get_blocking_by_staff),
    web.post("/gemeente/{gemeente}/gebruikers/{id}/blokkeren", account_blocking.post_blocking_by_staff),
    web.get("/gemeente/{gemeente}/gebruikers/{id}/deblokkeren", account_blocking.get_blocking_by_staff),
    web.post("/gemeente/{gemeente}/gebruikers/{id}/deblokkeren", account_blocking.post_blocking_by_staff),
    web.get("/beheer/beheerders", platform_staff.get_platform_staff),
    web.get("/beheer/beheerders/uitnodigen", platform_staff.get_inviting_operator),
    web.post("/beheer/beheerders/uitnodigen", platform_staff.post_inviting_operator),
    web.post("/beheer/beheerders/opnieuw-uitnodigen", platform_staff.post_inviting_operator_again),
    web.post("/beheer/beheerders/intrekken", platform_staff.post_operator_withdrawal),
    web.post("/beheer/beheerders/gecontroleerd", platform_staff.post_operator_review),
    web.get("/gemeente", companies.get_own_gemeente),
    web.get("/gemeente/{gemeente}", companies.get_companies),
    web.get("/gemeente/{gemeente}/bedrijven/{id}", company.get_company),
    web.post("/gemeente/{gemeente}/bedrijven/{id}/code", company.post_code),
    web.get("/gemeente/{gemeente}/bedrijven/{id}/email", registration_correction.get_correction),
    web.post("/gemeente/{gemeente}/bedrijven/{id}/email", registration_correction.post_correction),
    web.get("/gemeente/{gemeente}/gebruikers/{id}", company.get_person),
    web.post("/gemeente/{gemeente}/gebruikers/{id}/herstelmail", company.post_reset_mail),
    web.get("/gemeente/{gemeente}/logboek", gemeente_trail.get_trail),
    web.get("/gemeente/{gemeente}/logboek/bestand", gemeente_trail.get_trail_export),
    web.post("/gemeente/{gemeente}/bedrijven/{id}/goedkeuren", company_approval.post_company_approval),
    web.get("/gemeente/{gemeente}/bedrijven/{id}/afwijzen", company_approval.get_company_rejection),
    web.post("/gemeente/{gemeente}/bedrijven/{id}/afwijzen", company_approval.post_company_rejection),
    web.get("/gemeente/{gemeente}/instellingen", gemeente_settings.get_gemeente_settings),
    web.post("/gemeente/{gemeente}/instellingen", gemeente_settings.post_gemeente_settings),
    web.get("/beheer", gemeenten.get_gemeenten),
    web.get("/beheer/gemeenten/{code}", gemeente_admission.get_gemeente_admission),
    web.post("/beheer/gemeenten/{code}", gemeente_admission.post_gemeente_admission),
    web.get("/handleiding", texts.get_manual),
    web.get("/privacy", texts.get_privacy),
    web.get("/toegankelijkheid", texts.get_accessibility),
    web.get("/.well-known/security.txt", texts.get_security_txt),
    web.get("/.well-known/jwks.json", get_key_set),
]


def build_app(services: Services, *, wait_seconds: float = LONGEST_WAIT_SECONDS) -> web.Application:
    """`wait_seconds`: how long a body may take to arrive."""
    app = web.Application(
        middlewares=[
            note_requests,
            answer_gateways,
            watch_for_proxies(),
            show_unexpected_errors,
            show_refusals,
            lead_on,
            tell_problems,
            refuse_foreign_hosts,
        ],
        client_max_size=LARGEST_BODY,
    )
    app[SERVICES] = services
    app[WAIT_SECONDS] = wait_seconds
    app[UNDER_WAY] = RequestsUnderWay()
    set_up_templates(app)
    app.add_routes([*ROUTES, CHECK_ROUTE])
    add_static_routes(app)
    add_api(app, services.site)
    app.on_response_prepare.append(setting_security_headers(services.site))
    return app
