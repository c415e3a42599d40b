"""/gemeente/{gemeente}/bedrijven/{id}: the story of one entrepreneur, and what helps him in one press."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from auth_service.accounts.account import Account, AccountState, CompanyState
from auth_service.accounts.company_story import CompanyStory, Person, diagnose
from auth_service.accounts.refusals import RegistrationMovedOn, TooOften
from auth_service.flows.sessions import LoggedIn
from auth_service.web.company_acts import OfferedAct, acts_on_company, acts_on_person, helping_most
from auth_service.web.company_story_nl import (
    FINE,
    ROLES,
    told_diagnosis,
    told_events,
    told_suppression,
)
from auth_service.web.company_view import details_as_read
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView
from auth_service.web.mail_delay_nl import told_delay
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.account_blocking import where_listed
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, id_in_path, require_staff
from shared.dutch_times import date

PERSON_STATES = {
    AccountState.ACTIVE: "Actief",
    AccountState.BLOCKED: "Geblokkeerd",
    AccountState.CLOSED: "Gesloten",
}
COMPANY_STATES: dict[CompanyState | None, tuple[str, str]] = {
    CompanyState.AWAITING_APPROVAL: ("Wacht op goedkeuring", "notice"),
    CompanyState.REJECTED: ("Afgewezen", "wrong"),
}


@dataclass(frozen=True)
class PersonRow:
    email: str
    role: str
    state: str
    badge: str
    has_totp: bool
    is_frozen: bool
    reset_due: str | None
    no_mail: str | None
    acts: list[OfferedAct]


async def get_company(request: web.Request) -> web.Response:
    working = await require_staff(request)
    story = await services_of(request).helpdesk.telling.story(
        working.logged_in, working.gemeente, id_in_path(request)
    )
    return await show(request, story, FormView())


async def show(request: web.Request, story: CompanyStory, form: FormView) -> web.Response:
    diagnosis = diagnose(story)
    primary = helping_most(story, diagnosis)
    context = {
        "form": form,
        "gemeente": story.gemeente,
        "name": story.details.name,
        "waiting": story.waiting,
        "diagnosis": told_diagnosis(story, diagnosis),
        "is_fine": diagnosis.stuck in FINE,
        "primary": primary,
        "acts": [act for act in acts_on_company(story) if act != primary],
        "details": details_as_read(story.details),
        "people": [row_of(person, story) for person in story.people],
        "events": told_events(story),
        "mail_delay": told_delay(await services_of(request).helpdesk.mail_delays.now()),
    }
    return render(request, "company.html", context)


def row_of(person: Person, story: CompanyStory) -> PersonRow:
    state, badge = state_of(person, story)
    return PersonRow(
        email=person.email,
        role=ROLES[person.role],
        state=state,
        badge=badge,
        has_totp=person.enrolled_at is not None,
        is_frozen=person.frozen_at is not None,
        reset_due=date(person.reset_due_at) if person.reset_due_at else None,
        no_mail=told_suppression(person.suppression) if person.suppression else None,
        acts=acts_on_person(story.gemeente.code, person),
    )


def state_of(person: Person, story: CompanyStory) -> tuple[str, str]:
    """In words, with its variant of `.badge`."""
    if person.state is not AccountState.ACTIVE:
        return PERSON_STATES[person.state], "wrong"
    # Nobody of such a company can log in.
    return COMPANY_STATES.get(story.state, (PERSON_STATES[person.state], ""))


async def post_code(request: web.Request) -> web.Response:
    resending = services_of(request).helpdesk.code_resending
    return await help_registration(request, resending.resend, Notice.CODE_RESENT)


async def post_mail_for_registration(request: web.Request) -> web.Response:
    lifting = services_of(request).helpdesk.suppression_lifting
    return await help_registration(request, lifting.lift_of_registration, Notice.MAIL_RESUMED)


async def help_registration(
    request: web.Request,
    help_it: Callable[[LoggedIn, str, UUID | None], Awaitable[None]],
    done: Notice,
) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    working = await require_staff(request)
    company_id = id_in_path(request)
    page = f"/gemeente/{working.gemeente.code}/bedrijven/{company_id}"
    try:
        await help_it(working.logged_in, working.gemeente.code, company_id)
    except RegistrationMovedOn:
        return redirect(request, page, leave_notice(Notice.REGISTRATION_MOVED_ON))
    except TooOften as refusal:
        return await show_slowed_down(request, working, company_id, refusal)
    return redirect(request, page, leave_notice(done))


async def show_slowed_down(
    request: web.Request, working: AtWork, company_id: UUID | None, refusal: TooOften
) -> web.Response:
    telling = services_of(request).helpdesk.telling
    story = await telling.story(working.logged_in, working.gemeente, company_id)
    form = FormView(problem=sentence_about_wait(refusal))
    return slowed_down(await show(request, story, form), refusal)


async def get_person(request: web.Request) -> web.Response:
    """Where who pressed a button about him is led back to."""
    working = await require_staff(request)
    person = await person_in_path(request, working)
    return redirect(request, where_listed(person, working.gemeente).path)


async def person_in_path(request: web.Request, working: AtWork) -> Account:
    telling = services_of(request).helpdesk.telling
    return await telling.person(working.logged_in, working.gemeente, id_in_path(request))


async def post_reset_mail(request: web.Request) -> web.Response:
    mailing = services_of(request).helpdesk.reset_mailing
    return await help_person(request, mailing.send, Notice.RESET_MAILED)


async def post_mail_for_person(request: web.Request) -> web.Response:
    lifting = services_of(request).helpdesk.suppression_lifting
    return await help_person(request, lifting.lift_of_account, Notice.MAIL_RESUMED)


async def help_person(
    request: web.Request,
    help_him: Callable[[LoggedIn, str, UUID | None], Awaitable[Account]],
    done: Notice,
) -> web.Response:
    await posted_fields(request)
    working = await require_staff(request)
    try:
        person = await help_him(working.logged_in, working.gemeente.code, id_in_path(request))
    except TooOften as refusal:
        person = await person_in_path(request, working)
        if person.company_id is None:
            # A colleague has no page to show it on.
            raise
        return await show_slowed_down(request, working, person.company_id, refusal)
    return redirect(request, where_listed(person, working.gemeente).path, leave_notice(done))
