"""/2fa/herstelcodes: the codes on paper, shown until somebody says that he kept them."""

from aiohttp import hdrs, web

from auth_service.accounts.recovery_codes import in_groups
from auth_service.flows.recovery_codes import Codes
from auth_service.flows.sessions import LoggedIn
from auth_service.web.form_input import posted_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.rendering import redirect, render
from auth_service.web.return_paths import RETURN, own_path
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login

# Nothing in the name tells what opens with it.
FILE_NAME = "herstelcodes.txt"


async def get_recovery_codes(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    if not logged_in.account.two_factor.is_enrolled:
        return redirect(request, "/account/2fa")
    recovery_codes = services_of(request).two_factor.recovery_codes
    context = {
        "codes": readable(await recovery_codes.shown(logged_in) or ()),
        "left": await recovery_codes.left(logged_in),
        "email": logged_in.account.email.text,
        "site": services_of(request).site.public_url,
        "gemeente": logged_in.gemeente,
        "return_path": own_path(request.query.get(RETURN, "")),
    }
    return render(request, "recovery_codes.html", context)


async def get_recovery_code_file(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    codes = await services_of(request).two_factor.recovery_codes.shown(logged_in)
    if codes is None:
        return redirect(request, "/2fa/herstelcodes")
    return web.Response(
        text=file_of(request, logged_in, codes),
        content_type="text/plain",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{FILE_NAME}"'},
    )


async def post_recovery_codes_kept(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_login(request)
    await services_of(request).two_factor.recovery_codes.are_kept(logged_in)
    location = own_path(fields.get(RETURN, "")) or services_of(request).site.landing
    return redirect(request, location, leave_notice(Notice.RECOVERY_CODES_KEPT))


def file_of(request: web.Request, logged_in: LoggedIn, codes: Codes) -> str:
    """For Windows' own editor too."""
    site, gemeente = services_of(request).site, logged_in.gemeente
    lines = [
        f"Herstelcodes voor het {site.product_name}",
        f"Account: {logged_in.account.email.text}",
        "Elke code werkt een keer. Geef de codes aan niemand.",
        "",
        *readable(codes),
        "",
        f"Inloggen: {site.public_url}",
        f"Hulp: gemeente {gemeente.name}, {gemeente.email}{f', {gemeente.phone}' if gemeente.phone else ''}",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def readable(codes: Codes) -> list[str]:
    return [in_groups(code) for code in codes]
