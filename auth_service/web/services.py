"""What the pages can call, and what they say of this site."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from auth_service.flows.account_blocking import AccountBlocking
from auth_service.flows.account_closing import AccountClosing
from auth_service.flows.activation import Activation
from auth_service.flows.audit_reading import AuditReading
from auth_service.flows.closing_of_others import ClosingOfOthers
from auth_service.flows.code_resending import CodeResending
from auth_service.flows.company_approval import CompanyApproval
from auth_service.flows.company_correction import CompanyCorrection
from auth_service.flows.company_roles import CompanyRoles
from auth_service.flows.company_search import CompanySearch
from auth_service.flows.company_telling import CompanyTelling
from auth_service.flows.data_export import DataExport
from auth_service.flows.email_change import EmailChange
from auth_service.flows.enrolment_release import EnrolmentRelease
from auth_service.flows.gemeente_admission import GemeenteAdmission
from auth_service.flows.gemeente_settings import GemeenteSettings
from auth_service.flows.gemeente_trail import GemeenteTrail
from auth_service.flows.invitation_acceptance import InvitationAcceptance
from auth_service.flows.invitations import Invitations
from auth_service.flows.kept_forms import KeptForms
from auth_service.flows.login import Login
from auth_service.flows.mail_delay import MailDelays
from auth_service.flows.mail_requests import MailRequests
from auth_service.flows.own_hosts import OwnHosts
from auth_service.flows.own_sessions import OwnSessions
from auth_service.flows.password_change import PasswordChange
from auth_service.flows.password_reset import PasswordReset
from auth_service.flows.reconfirmation import Reconfirmation
from auth_service.flows.recovery_codes import RecoveryCodes
from auth_service.flows.registration import Registration
from auth_service.flows.registration_correction import RegistrationCorrection
from auth_service.flows.registration_progress import RegistrationProgress
from auth_service.flows.reset_mailing import ResetMailing
from auth_service.flows.reset_objection import ResetObjection
from auth_service.flows.rosters import Rosters
from auth_service.flows.second_factor import SecondFactor
from auth_service.flows.served_gemeenten import ServedGemeenten
from auth_service.flows.session_watch import SessionWatch
from auth_service.flows.sessions import Sessions
from auth_service.flows.suppression_lifting import SuppressionLifting
from auth_service.flows.totp_enrolment import TotpEnrolment
from auth_service.flows.totp_reset import TotpReset
from auth_service.flows.two_factor_policy import TwoFactorPolicy
from auth_service.flows.waiting_resets import WaitingResets
from auth_service.web.client_address import Network
from auth_service.web.gateway.assertions import Assertions


@dataclass(frozen=True)
class AuthenticatorLink:
    """An app, and where somebody explains how it is installed and used (R-41)."""

    name: str
    address: str


@dataclass(frozen=True)
class Site:
    """What an operator chose; `landing` is the path or address that logging in leads to."""

    product_name: str
    sender: str
    public_url: str
    landing: str
    manual_url: str | None
    password_min_length: int
    session_idle: timedelta
    registration_kept: timedelta
    security_contact: str
    trusted_proxies: tuple[Network, ...] = ()
    authenticators: tuple[AuthenticatorLink, ...] = ()

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


@dataclass(frozen=True)
class TwoFactorServices:
    enrolment: TotpEnrolment
    at_login: SecondFactor
    recovery_codes: RecoveryCodes
    reset: TotpReset
    waiting_resets: WaitingResets
    objection: ResetObjection
    release: EnrolmentRelease
    policy: TwoFactorPolicy


@dataclass(frozen=True)
class PeopleServices:
    """Who looks after other people."""

    rosters: Rosters
    invitations: Invitations
    acceptance: InvitationAcceptance
    blocking: AccountBlocking
    closing: ClosingOfOthers
    roles: CompanyRoles


@dataclass(frozen=True)
class HelpdeskServices:
    search: CompanySearch
    telling: CompanyTelling
    code_resending: CodeResending
    correction: RegistrationCorrection
    reset_mailing: ResetMailing
    suppression_lifting: SuppressionLifting
    mail_delays: MailDelays


@dataclass(frozen=True)
class Services:
    site: Site
    registration: Registration
    registration_progress: RegistrationProgress
    activation: Activation
    mail_requests: MailRequests
    login: Login
    password_reset: PasswordReset
    password_change: PasswordChange
    sessions: Sessions
    reconfirmation: Reconfirmation
    two_factor: TwoFactorServices
    helpdesk: HelpdeskServices
    own_sessions: OwnSessions
    session_watch: SessionWatch
    kept_forms: KeptForms
    company_correction: CompanyCorrection
    company_approval: CompanyApproval
    gemeente_settings: GemeenteSettings
    email_change: EmailChange
    account_closing: AccountClosing
    audit_reading: AuditReading
    data_export: DataExport
    gemeente_trail: GemeenteTrail
    own_hosts: OwnHosts
    served_gemeenten: ServedGemeenten
    people: PeopleServices
    gemeente_admission: GemeenteAdmission
    assertions: Assertions


SERVICES = web.AppKey("services", Services)


def services_of(request: web.Request) -> Services:
    return request.app[SERVICES]
