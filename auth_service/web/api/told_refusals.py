"""Every refusal in the words of the API: the one place where it becomes a problem."""

from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from auth_service.accounts.refusals import (
    AccountBlocked,
    AccountClosed,
    AddressTaken,
    AlreadyDecided,
    AwaitingApproval,
    CodeRejected,
    EnrolmentFrozen,
    Field,
    InputRefused,
    LastManager,
    LoginRejected,
    NoOtherManager,
    NoSuchAccount,
    NoSuchCompany,
    NoSuchGemeente,
    NoSuchInvitation,
    NoSuchSession,
    NotActivated,
    NotAllowed,
    NotFrozen,
    NothingWaits,
    OnlyManager,
    OwnReset,
    PasswordRejected,
    Problem,
    ProofMissing,
    ProofNeeded,
    Refusal,
    RegistrationMovedOn,
    ResetOpenToObjection,
    ResetWaits,
    TooBusy,
    TooOften,
    Unavailable,
)
from auth_service.accounts.second_factor import (
    AlreadyEnrolled,
    NextCodeNeeded,
    NotEnrolled,
    NothingOwed,
    SecondFactorRejected,
)
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed, SessionGone, SessionOver
from auth_service.web.api import problem_kinds as kinds
from auth_service.web.api.callers import NoRegistration, TokenRefused
from auth_service.web.api.json_bodies import BodyUnreadable, MembersRefused
from auth_service.web.api.problem_kinds import ProblemKind
from auth_service.web.api.problems import (
    AccommodationChoice,
    GemeenteChoice,
    InvalidParam,
    Told,
    problem_response,
)
from auth_service.web.api.version import is_api_call
from auth_service.web.clock_nl import rejected_with_clock
from auth_service.web.form_view import FORM_NAMES, sentences_by_name
from auth_service.web.refusals_nl import (
    ENROLMENT_FROZEN,
    LAST_MANAGER,
    NEXT_CODE,
    NO_OTHER_MANAGER,
    ONLY_MANAGER,
    OWN_RESET,
    PASSWORD_NEEDED,
    PASSWORD_REJECTED,
    RESET_WAITS,
    sentence_about_account,
    sentence_about_reset,
    sentence_about_wait,
)
from auth_service.web.services import Site, services_of
from shared.dutch_times import moment

# Without the button that the page has.
MAILED_CODE_REJECTED = (
    "De code uit de e-mail is verkeerd, verlopen of al gebruikt. Vraag een nieuwe code aan."
)
# Somebody who sends thousands of members we don't know is not told about each of them.
MOST_PARAMS = 50
LONGEST_NAME = 100
OWED = {
    SessionState.AWAITING_TOTP: kinds.TOTP_NEEDED,
    SessionState.AWAITING_TOTP_SETUP: kinds.TOTP_SETUP_NEEDED,
}
# Those of which their kind says all that is to be said.
PLAIN: dict[type[Exception], ProblemKind] = {
    ProofNeeded: kinds.PROOF_NEEDED,
    NoRegistration: kinds.NO_REGISTRATION,
    NoSuchSession: kinds.NO_SUCH_SESSION,
    NotActivated: kinds.NOT_ACTIVATED,
    NothingOwed: kinds.NOTHING_OWED,
    AlreadyEnrolled: kinds.ALREADY_ENROLLED,
    NotEnrolled: kinds.NOT_ENROLLED,
    NothingWaits: kinds.NOTHING_WAITS,
    NotFrozen: kinds.NOT_FROZEN,
    NoSuchAccount: kinds.NO_ACCOUNT,
    NoSuchCompany: kinds.NO_COMPANY,
    NoSuchGemeente: kinds.NO_GEMEENTE,
    NoSuchInvitation: kinds.NO_INVITATION,
    NotAllowed: kinds.NOT_ALLOWED,
    AddressTaken: kinds.ADDRESS_TAKEN,
    RegistrationMovedOn: kinds.REGISTRATION_MOVED_ON,
    AlreadyDecided: kinds.ALREADY_DECIDED,
}

log = structlog.get_logger()


@web.middleware
async def tell_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not is_api_call(request):
        return await handler(request)
    try:
        return await handler(request)
    except (
        Refusal,
        Unavailable,
        SessionOver,
        FactorOwed,
        SessionGone,
        TokenRefused,
        NoRegistration,
        BodyUnreadable,
        MembersRefused,
    ) as refusal:
        return problem_response(told_of(refusal, services_of(request).site))
    except web.HTTPException as error:
        return problem_response(told_of_status(error))


def told_of_status(error: web.HTTPException) -> Told:
    """For the refusals of HTTP itself."""
    if error.status == web.HTTPBadRequest.status_code:
        return Told(kinds.INVALID_INPUT, kinds.BROKEN_OFF)
    kind = kinds.BY_STATUS[error.status]
    headers: dict[str, str] = {name: error.headers[name] for name in (hdrs.ALLOW,) if name in error.headers}
    return Told(kind, headers=headers)


def invalid(reasons: Mapping[str, str], **more: Any) -> Told:
    shown = list(reasons.items())[:MOST_PARAMS]
    params = [InvalidParam(name=name[:LONGEST_NAME], reason=reason) for name, reason in shown]
    return Told(kinds.INVALID_INPUT, more={"invalidParams": params, **more})


def code_rejected(field: Field, detail: str) -> Told:
    params = [InvalidParam(name=FORM_NAMES[field], reason=detail)]
    return Told(kinds.CODE_REJECTED, detail, more={"invalidParams": params})


def retry_after(seconds: int) -> dict[str, str]:
    return {hdrs.RETRY_AFTER: str(seconds)}


@singledispatch
def told_of(refusal: Exception, site: Site) -> Told:
    """Every refusal in the words of the API."""
    raise refusal


@told_of.register
def _(refusal: InputRefused, site: Site) -> Told:
    more: dict[str, Any] = {}
    if choices := [GemeenteChoice(code=code, naam=name) for code, name in refusal.gemeente_choices]:
        more["gemeenten"] = choices
    if any(violation.problem is Problem.NOT_OFFERED for violation in refusal.violations):
        offered = refusal.accommodation_choices
        more["accommodaties"] = [AccommodationChoice(waarde=value, naam=label) for value, label in offered]
    return invalid(sentences_by_name(refusal, site), **more)


@told_of.register
def _(refusal: MembersRefused, site: Site) -> Told:
    return invalid(refusal.reasons)


@told_of.register
def _(refusal: BodyUnreadable, site: Site) -> Told:
    return Told(kinds.INVALID_INPUT, refusal.why)


@told_of.register
def _(refusal: ProofMissing, site: Site) -> Told:
    return invalid({FORM_NAMES[Field.PASSWORD]: PASSWORD_NEEDED})


@told_of.register
def _(refusal: CodeRejected, site: Site) -> Told:
    is_second = refusal.field is Field.MAILED_CODE
    return code_rejected(refusal.field, MAILED_CODE_REJECTED if is_second else kinds.CODE_REJECTED.detail)


# RFC 9110 § 15.5.2: a 401 names a way to authenticate, and a session's token is the only one there is.
# RFC 6750 § 3.1: `invalid_token` only where one was sent.
@told_of.register
def _(refusal: LoginRejected, site: Site) -> Told:
    return Told(kinds.LOGIN_REJECTED, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})


@told_of.register
def _(refusal: TokenRefused, site: Site) -> Told:
    challenge = 'Bearer error="invalid_token"' if refusal.was_given else "Bearer"
    return Told(kinds.NOT_LOGGED_IN, headers={hdrs.WWW_AUTHENTICATE: challenge})


@told_of.register
def _(refusal: SessionOver, site: Site) -> Told:
    return told_of(TokenRefused(was_given=True), site)


@told_of.register
def _(refusal: SessionGone, site: Site) -> Told:
    return told_of(TokenRefused(was_given=True), site)


@told_of.register
def _(refusal: FactorOwed, site: Site) -> Told:
    return Told(OWED[refusal.state])


@told_of.register
def _(refusal: AccountBlocked, site: Site) -> Told:
    return Told(kinds.BLOCKED, sentence_about_account(refusal))


@told_of.register
def _(refusal: AwaitingApproval, site: Site) -> Told:
    return Told(kinds.AWAITING_APPROVAL, sentence_about_account(refusal))


@told_of.register
def _(refusal: EnrolmentFrozen, site: Site) -> Told:
    detail = ENROLMENT_FROZEN.format(gemeente=refusal.gemeente, contact=refusal.contact)
    return Told(kinds.ENROLMENT_FROZEN, detail)


@told_of.register
def _(refusal: ResetWaits, site: Site) -> Told:
    return Told(kinds.RESET_WAITS, RESET_WAITS.format(when=moment(refusal.due_at)))


@told_of.register
def _(refusal: OwnReset, site: Site) -> Told:
    return Told(kinds.NOT_ALLOWED, OWN_RESET)


@told_of.register
def _(refusal: ResetOpenToObjection, site: Site) -> Told:
    return Told(kinds.RESET_OPEN, sentence_about_reset(refusal))


@told_of.register
def _(refusal: SecondFactorRejected, site: Site) -> Told:
    return code_rejected(Field.TOTP_CODE, rejected_with_clock(refusal))


@told_of.register
def _(refusal: NextCodeNeeded, site: Site) -> Told:
    return code_rejected(Field.TOTP_CODE, NEXT_CODE)


@told_of.register
def _(refusal: PasswordRejected, site: Site) -> Told:
    return invalid({FORM_NAMES[Field.PASSWORD]: PASSWORD_REJECTED})


@told_of.register
def _(refusal: AccountClosed, site: Site) -> Told:
    return Told(kinds.CLOSED, sentence_about_account(refusal))


@told_of.register
def _(refusal: LastManager, site: Site) -> Told:
    return Told(kinds.LAST_MANAGER, LAST_MANAGER.format(gemeente=refusal.gemeente, contact=refusal.contact))


@told_of.register
def _(refusal: OnlyManager, site: Site) -> Told:
    return Told(kinds.LAST_MANAGER, ONLY_MANAGER)


@told_of.register
def _(refusal: NoOtherManager, site: Site) -> Told:
    return Told(kinds.LAST_MANAGER, NO_OTHER_MANAGER)


@told_of.register
def _(refusal: TooOften, site: Site) -> Told:
    return Told(kinds.TOO_OFTEN, sentence_about_wait(refusal), retry_after(refusal.retry_after))


@told_of.register
def _(refusal: TooBusy, site: Site) -> Told:
    return Told(kinds.UNAVAILABLE, headers=retry_after(refusal.retry_after))


@told_of.register
def _(refusal: Unavailable, site: Site) -> Told:
    log.error("unavailable", reason=str(refusal))
    return Told(kinds.UNAVAILABLE, headers=retry_after(refusal.retry_after))


def plainly(kind: ProblemKind) -> Callable[[Exception, Site], Told]:
    return lambda _refusal, _site: Told(kind)


for refusal_type, its_kind in PLAIN.items():
    told_of.register(refusal_type, plainly(its_kind))
