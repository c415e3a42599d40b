"""Pages that only tell: the manual, privacy, accessibility, security.txt; and where `/` leads."""

from datetime import timedelta

from aiohttp import web

from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import who_is_logged_in
from shared.clock import utc_now

# RFC 9116 § 2.5.5 wants less than a year ahead.
SECURITY_TXT_LIFETIME = timedelta(days=180)


async def get_root(request: web.Request) -> web.Response:
    return redirect(request, "/account" if await who_is_logged_in(request) else "/inloggen")


async def get_manual(request: web.Request) -> web.Response:
    return render(request, "manual.html", {"authenticators": services_of(request).site.authenticators})


async def get_privacy(request: web.Request) -> web.Response:
    return render(request, "privacy.html")


async def get_accessibility(request: web.Request) -> web.Response:
    return render(request, "accessibility.html")


async def get_security_txt(request: web.Request) -> web.Response:
    site = services_of(request).site
    expires = (utc_now() + SECURITY_TXT_LIFETIME).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {site.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {site.public_url}/.well-known/security.txt",
    )
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain", charset="utf-8")
