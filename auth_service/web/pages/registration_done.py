"""/registreren/gelukt: what follows registering, and what becomes of the mail (R-25).

The page asks for itself again while its mail is under way: it counts as no try and keeps no session alive.
"""

from aiohttp import web

from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.mail_progress_nl import news_of
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from shared.address_masking import masked_address


async def get_registration_done(request: web.Request) -> web.Response:
    services = services_of(request)
    receipt = read_cookie(request, Cookie.RECEIPT)
    if receipt is None:
        return redirect(request, "/registreren")
    progress = await services.registration_progress.newest(receipt)
    if progress is None:
        # Confirmed by now, or too long ago.
        return redirect(request, "/inloggen")
    context = {
        "masked_address": masked_address(progress.email),
        "mails": news_of(progress, services.site.sender),
        "is_settled": progress.is_settled,
    }
    return render(request, "registration_done.html", context)
