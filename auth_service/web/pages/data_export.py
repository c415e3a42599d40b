"""/account/gegevens/export: all that is held about somebody, as a file."""

from aiohttp import hdrs, web

from auth_service.web.api.json_bodies import JSON_TYPE
from auth_service.web.held_data import held_data
from auth_service.web.rendering import redirect
from auth_service.web.return_paths import RECONFIRMATION, with_return
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login

AS_A_FILE = 'attachment; filename="nachregister-gegevens.json"'


async def get_data_export(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    if not logged_in.is_freshly_proven:
        # Back to the page with the button: an answer that is a file would leave the question standing there.
        return redirect(request, with_return(RECONFIRMATION, "/account/gegevens"))
    holdings = await services_of(request).data_export.holdings_of(logged_in)
    return web.Response(
        text=held_data(holdings).model_dump_json(by_alias=True, indent=2) + "\n",
        content_type=JSON_TYPE,
        headers={hdrs.CONTENT_DISPOSITION: AS_A_FILE},
    )
