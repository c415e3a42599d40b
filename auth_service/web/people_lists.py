"""What the lists of people have in common: a form to invite with, and what is done about an invitation."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of


@dataclass(frozen=True)
class PeopleList:
    """`path` is the page of the list; `invites` says what whoever accepts becomes."""

    path: str
    name: str
    invites: str
    roles: Sequence[tuple[str, str]] = ()


COMPANY_USERS = PeopleList(
    "/gebruikers",
    "Gebruikers",
    "een account bij uw bedrijf",
    (
        (Role.GEBRUIKER.value, "Gebruiker: alleen het eigen account"),
        (Role.ONDERNEMER.value, "Beheerder: ook de gegevens en de gebruikers van het bedrijf"),
    ),
)
OPERATORS = PeopleList("/beheer/beheerders", "Beheerders", "een account als beheerder van het systeem")


def staff_of(gemeente: Gemeente) -> PeopleList:
    return PeopleList(
        f"/gemeente/{gemeente.code}/medewerkers",
        "Medewerkers",
        f"een account als medewerker van de gemeente {gemeente.name}",
    )


async def ask_whom_to_invite(
    request: web.Request, people_list: PeopleList, logged_in: LoggedIn
) -> web.Response:
    """Raises ProofNeeded."""
    require_fresh_proof(logged_in)
    kept = await kept_form(request, logged_in)
    return show_inviting(request, people_list, logged_in, typed_again(kept or {}))


def show_inviting(
    request: web.Request, people_list: PeopleList, logged_in: LoggedIn, form: FormView, *, status: int = 200
) -> web.Response:
    context = {"form": form, "list": people_list, "account_id": logged_in.account.id}
    return render(request, "inviting.html", context, status=status)


async def answer_inviting(
    request: web.Request,
    people_list: PeopleList,
    logged_in: LoggedIn,
    fields: Mapping[str, str],
    inviting: Awaitable[None],
) -> web.Response:
    try:
        await inviting
    except InputRefused as refusal:
        form = with_violations(fields, refusal, services_of(request).site)
        return show_inviting(request, people_list, logged_in, form, status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show_inviting(request, people_list, logged_in, form), refusal)
    return redirect(request, people_list.path, leave_notice(Notice.INVITED))
