"""The web application: addresses, middlewares and headers."""

from aiohttp import web

from auth_service.web.api.calls import add_api
from auth_service.web.api.told_refusals import tell_problems
from auth_service.web.body_limits import LARGEST_BODY, LONGEST_WAIT_SECONDS, WAIT_SECONDS
from auth_service.web.error_pages import show_refusals, show_unexpected_errors
from auth_service.web.foreign_hosts import refuse_foreign_hosts
from auth_service.web.last_requests import UNDER_WAY, RequestsUnderWay
from auth_service.web.leading_on import lead_on
from auth_service.web.pages import (
    account,
    activation,
    activation_resend,
    login,
    logout,
    password_forgotten,
    password_reset,
    registration,
    registration_done,
    texts,
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
    web.get("/handleiding", texts.get_manual),
    web.get("/privacy", texts.get_privacy),
    web.get("/toegankelijkheid", texts.get_accessibility),
    web.get("/.well-known/security.txt", texts.get_security_txt),
]


def build_app(services: Services, *, wait_seconds: float = LONGEST_WAIT_SECONDS) -> web.Application:
    """`wait_seconds`: how long a body may take to arrive."""
    app = web.Application(
        middlewares=[
            note_requests,
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
    app.add_routes(ROUTES)
    add_static_routes(app)
    add_api(app, services.site)
    app.on_response_prepare.append(setting_security_headers(services.site))
    return app
