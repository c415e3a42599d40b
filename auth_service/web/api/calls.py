"""The table of calls, of which routes and document are made."""

import json
from typing import Any

from aiohttp import hdrs, web

from auth_service.web.api.activation import ACTIVATE
from auth_service.web.api.activation_resend import ASK_ACTIVATION_CODE
from auth_service.web.api.call import Call, route_to
from auth_service.web.api.companies_of_gemeente import FIND_COMPANIES
from auth_service.web.api.company import CORRECT_COMPANY, GET_COMPANY
from auth_service.web.api.company_approval import APPROVE_COMPANY, REJECT_COMPANY
from auth_service.web.api.company_story import GET_COMPANY_STORY
from auth_service.web.api.company_users import BLOCK, CLOSE, GIVE_ROLE, LIST_USERS, UNBLOCK
from auth_service.web.api.document import build_document
from auth_service.web.api.email_change import ASK_EMAIL_CHANGE, CONFIRM_EMAIL
from auth_service.web.api.gemeente_settings import CHANGE_SETTINGS, GET_SETTINGS
from auth_service.web.api.gemeente_staff import LIST_STAFF, NOTE_REVIEW
from auth_service.web.api.gemeente_trail import LIST_TRAIL
from auth_service.web.api.gemeenten import DECIDE_ADMISSION, LIST_GEMEENTEN
from auth_service.web.api.helping_out import (
    CORRECT_ADDRESS,
    RESEND_CODE,
    RESUME_MAIL_FOR_PERSON,
    RESUME_MAIL_FOR_REGISTRATION,
    SEND_RESET_MAIL,
)
from auth_service.web.api.invitations import (
    ACCEPT_INVITATION,
    INVITE,
    LIST_INVITATIONS,
    SEND_INVITATION_AGAIN,
    WITHDRAW_INVITATION,
)
from auth_service.web.api.json_bodies import JSON_TYPE
from auth_service.web.api.own_account import CLOSE_ACCOUNT, EXPORT_DATA
from auth_service.web.api.own_sessions import END_OTHER_SESSIONS, END_SESSION, LIST_SESSIONS
from auth_service.web.api.password_change import CHANGE_PASSWORD
from auth_service.web.api.password_forgotten import ASK_PASSWORD_RESET
from auth_service.web.api.password_reset import SET_PASSWORD
from auth_service.web.api.registration import REGISTER
from auth_service.web.api.registration_progress import GET_REGISTRATION
from auth_service.web.api.second_factor import PROVE_RECOVERY_CODE, PROVE_TOTP, RECONFIRM
from auth_service.web.api.sessions import GET_SESSION, LOG_IN, LOG_OUT
from auth_service.web.api.totp_obligations import (
    DECIDE_FOR_COMPANY,
    DECIDE_FOR_GEMEENTE,
    GET_CHOICE_FOR_COMPANY,
    GET_CHOICE_FOR_GEMEENTE,
)
from auth_service.web.api.totp_of_others import (
    GET_TOTP_OF,
    OBJECT_TO_RESET,
    RELEASE_TOTP,
    RESET_TOTP_FOR,
    WITHDRAW_RESET,
)
from auth_service.web.api.totp_registrations import (
    ENROL_TOTP,
    GET_ENROLMENT,
    MAIL_ENROLMENT_CODE,
    MAKE_RECOVERY_CODES,
    OFFER_TOTP,
    RESET_OWN_TOTP,
)
from auth_service.web.api.version import ROOT, state_version
from auth_service.web.services import Site

CALLS: tuple[Call[Any], ...] = (
    REGISTER,
    GET_REGISTRATION,
    ASK_ACTIVATION_CODE,
    ACTIVATE,
    LOG_IN,
    GET_SESSION,
    PROVE_TOTP,
    PROVE_RECOVERY_CODE,
    RECONFIRM,
    LOG_OUT,
    OFFER_TOTP,
    ENROL_TOTP,
    GET_ENROLMENT,
    MAIL_ENROLMENT_CODE,
    RESET_OWN_TOTP,
    MAKE_RECOVERY_CODES,
    GET_TOTP_OF,
    RESET_TOTP_FOR,
    WITHDRAW_RESET,
    OBJECT_TO_RESET,
    RELEASE_TOTP,
    GET_CHOICE_FOR_COMPANY,
    DECIDE_FOR_COMPANY,
    GET_CHOICE_FOR_GEMEENTE,
    DECIDE_FOR_GEMEENTE,
    LIST_SESSIONS,
    END_SESSION,
    END_OTHER_SESSIONS,
    INVITE,
    LIST_INVITATIONS,
    SEND_INVITATION_AGAIN,
    WITHDRAW_INVITATION,
    ACCEPT_INVITATION,
    LIST_USERS,
    GIVE_ROLE,
    CLOSE,
    BLOCK,
    UNBLOCK,
    ASK_PASSWORD_RESET,
    SET_PASSWORD,
    CHANGE_PASSWORD,
    GET_COMPANY,
    CORRECT_COMPANY,
    ASK_EMAIL_CHANGE,
    CONFIRM_EMAIL,
    EXPORT_DATA,
    CLOSE_ACCOUNT,
    FIND_COMPANIES,
    GET_COMPANY_STORY,
    RESEND_CODE,
    CORRECT_ADDRESS,
    SEND_RESET_MAIL,
    RESUME_MAIL_FOR_REGISTRATION,
    RESUME_MAIL_FOR_PERSON,
    LIST_STAFF,
    NOTE_REVIEW,
    LIST_TRAIL,
    APPROVE_COMPANY,
    REJECT_COMPANY,
    GET_SETTINGS,
    CHANGE_SETTINGS,
    LIST_GEMEENTEN,
    DECIDE_ADMISSION,
)
DOCUMENT = web.AppKey("document", bytes)


def add_api(app: web.Application, site: Site) -> None:
    app[DOCUMENT] = written_document(site)
    app.add_routes(route_to(call) for call in CALLS)
    app.router.add_get(f"{ROOT}/openapi.json", get_document)
    app.on_response_prepare.append(state_version)


def written_document(site: Site) -> bytes:
    return json.dumps(build_document(CALLS, site), ensure_ascii=False).encode()


async def get_document(request: web.Request) -> web.Response:
    # API Design Rules, /core/publish-openapi: any site may read the document.
    headers = {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"}
    return web.Response(body=request.app[DOCUMENT], content_type=JSON_TYPE, headers=headers)
