"""/account: who is logged in, and whom to ask."""

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.web.rendering import render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from shared.dutch_times import moment

ROLE_LABELS: dict[Role, str] = {
    Role.ONDERNEMER: "Ondernemer",
    Role.GEBRUIKER: "Gebruiker",
    Role.GEMEENTEMEDEWERKER: "Gemeentemedewerker",
    Role.BEHEERDER: "Beheerder",
}


async def get_account(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    account, two_factor = logged_in.account, services_of(request).two_factor
    reset_due_at = await two_factor.waiting_resets.due_for(logged_in)
    context = {
        "account_email": account.email.text,
        "company_name": account.company_name,
        "role_label": ROLE_LABELS[account.role],
        "is_staff": account.role.is_staff,
        "gemeente": logged_in.gemeente,
        "codes_to_keep": await two_factor.recovery_codes.are_shown(logged_in),
        "reset_due": moment(reset_due_at) if reset_due_at else None,
    }
    return render(request, "account.html", context)
