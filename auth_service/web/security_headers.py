"""Headers that every answer carries (ASVS V3.4, internet.nl)."""

from urllib.parse import urlsplit

from aiohttp import web

from auth_service.web.last_requests import Hook
from auth_service.web.rendering import STATIC_URL
from auth_service.web.services import Site

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: that would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Server": "dnr",
}
YEAR_SECONDS = 31_536_000


def setting_security_headers(site: Site) -> Hook:
    headers = headers_of(site)

    async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        if not (request.path.startswith(STATIC_URL) and response.status == 200):
            response.headers["Cache-Control"] = "no-store"

    return set_headers


def headers_of(site: Site) -> dict[str, str]:
    headers = {**ALWAYS, "Content-Security-Policy": content_security_policy(site)}
    if site.is_https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    return headers


def content_security_policy(site: Site) -> str:
    # Browsers apply form-action to the redirect after a post too, and logging in may lead elsewhere.
    form_targets = "'self'" if site.landing.startswith("/") else f"'self' {origin_of(site.landing)}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        f" form-action {form_targets}; base-uri 'none'; frame-ancestors 'none'"
    )


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
