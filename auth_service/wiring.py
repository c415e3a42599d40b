"""The only place that constructs: which process is made of what."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Never
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from auth_service.accounts.audit import AuditOrigin
from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.pending_registration import KEPT
from auth_service.accounts.sealing import AccountSeal
from auth_service.config import CodeSettings, DatabaseSettings, ResealSettings, WebSettings, WorkerSettings
from auth_service.flows.account_blocking import AccountBlocking
from auth_service.flows.account_closing import AccountClosing
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.activation import Activation
from auth_service.flows.address_change_facts import AddressChangeFacts
from auth_service.flows.audit_reading import AuditReading
from auth_service.flows.clean_up import CleanUp
from auth_service.flows.closing_of_others import ClosingOfOthers
from auth_service.flows.code_proving import CodeProving
from auth_service.flows.code_resending import CodeResending
from auth_service.flows.company_approval import CompanyApproval
from auth_service.flows.company_correction import CompanyCorrection
from auth_service.flows.company_roles import CompanyRoles
from auth_service.flows.company_search import CompanySearch
from auth_service.flows.company_telling import CompanyTelling
from auth_service.flows.data_export import DataExport
from auth_service.flows.email_change import EmailChange
from auth_service.flows.enrolment_release import EnrolmentRelease
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.gemeente_admission import GemeenteAdmission
from auth_service.flows.gemeente_settings import GemeenteSettings
from auth_service.flows.gemeente_trail import GemeenteTrail
from auth_service.flows.invitation_acceptance import InvitationAcceptance
from auth_service.flows.invitation_facts import InvitationFacts
from auth_service.flows.invitations import Invitations
from auth_service.flows.kept_forms import KeptForms
from auth_service.flows.login import Login
from auth_service.flows.mail_delay import MailDelays
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.mail_requests import MailRequests
from auth_service.flows.mail_watch import MailWatch
from auth_service.flows.new_devices import NewDevices
from auth_service.flows.own_hosts import OwnHosts
from auth_service.flows.own_sessions import OwnSessions
from auth_service.flows.password_change import PasswordChange
from auth_service.flows.password_reset import PasswordReset
from auth_service.flows.reconfirmation import Reconfirmation
from auth_service.flows.recovery_codes import RecoveryCodes
from auth_service.flows.registration import Registration
from auth_service.flows.registration_correction import RegistrationCorrection
from auth_service.flows.registration_progress import RegistrationProgress
from auth_service.flows.resealing import Resealing
from auth_service.flows.reset_mailing import ResetMailing
from auth_service.flows.reset_objection import ResetObjection
from auth_service.flows.rosters import Rosters
from auth_service.flows.sealed_stores import AccountSecrets, MailedCodes
from auth_service.flows.sealing_keys import SealingKeyWatch, refuse_missing_keys
from auth_service.flows.second_factor import SecondFactor
from auth_service.flows.served_gemeenten import ServedGemeenten
from auth_service.flows.session_watch import SessionWatch
from auth_service.flows.sessions import Sessions
from auth_service.flows.suppression_lifting import SuppressionLifting
from auth_service.flows.suspicious_logins import SuspiciousLogins
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_enrolment import TotpEnrolment
from auth_service.flows.totp_reset import TotpReset
from auth_service.flows.totp_rollout import TotpRollout
from auth_service.flows.two_factor_policy import TwoFactorPolicy
from auth_service.flows.unused_accounts import UnusedAccounts
from auth_service.flows.waiting_resets import WaitingResets
from auth_service.messaging.delivery_reports import DeliveryReports
from auth_service.messaging.outbox_relay import OutboxRelay
from auth_service.messaging.steady_work import work_steadily
from auth_service.password_hashing import PasswordHashing
from auth_service.signing_keys import signing_key
from auth_service.storage import mail_request_table, outbox_table
from auth_service.storage.database import Database, open_database
from auth_service.storage.database_probe import DatabaseProbe
from auth_service.storage.notifications import Notifications
from auth_service.storage.sealed_places import SEALED_PLACES
from auth_service.web.app import build_app
from auth_service.web.gateway.assertions import Assertions
from auth_service.web.last_requests import close_connections_when
from auth_service.web.services import (
    AuthenticatorLink,
    HelpdeskServices,
    PeopleServices,
    Services,
    Site,
    TwoFactorServices,
)
from shared.broker import BrokerLink, stay_connected
from shared.broker_topology import COMMANDS
from shared.clock import Clock, utc_now
from shared.readiness import Readiness
from shared.sealing import MessageSeal
from shared.settings import SettingsWrong

WEB_CONNECTIONS = 10
WORKER_CONNECTIONS = 5
CLEAN_UP_SECONDS = 3_600.0
# Several times in the shortest pause of a budget that says so.
GUESSES_SECONDS = 120.0
# What is due at a time that somebody set is done within that.
DUE_SECONDS = 60.0
# As often as Prometheus looks.
WATCH_SECONDS = 15.0
NO_PROXIES = (
    "PUBLIC_URL is https, so there is a proxy in front; without its network in TRUSTED_PROXIES all people"
    " share one budget of tries."
)
NO_SIGNING_KEY = (
    "Without GATEWAY_SIGNING_KEY applications get no X-DNR-Assertion, and can't tell the gateway from whoever"
    " else reaches them."
)

log = structlog.get_logger()


def site_of(settings: WebSettings) -> Site:
    domain = settings.mail_from.rpartition("@")[2]
    return Site(
        product_name=settings.product_name,
        sender=settings.mail_from,
        public_url=str(settings.public_url).rstrip("/"),
        landing=settings.app_url,
        manual_url=settings.manual_url,
        password_min_length=settings.password_min_length,
        session_idle=settings.session_idle,
        registration_kept=KEPT,
        security_contact=settings.security_contact or f"mailto:security@{domain}",
        trusted_proxies=settings.trusted_proxies,
        authenticators=tuple(AuthenticatorLink(*link) for link in settings.authenticator_links),
    )


def build_services(
    settings: WebSettings, database: Database, hashing: PasswordHashing, clock: Clock
) -> Services:
    fact_writer = FactWriter(settings.code_lifetimes, MessageSeal(settings.message_sealing_keys))
    mail_facts = MailFacts(fact_writer)
    throttle = Throttle(database, clock)
    rules = PasswordRules(settings.password_min_length, context=(settings.product_name,))
    seal = AccountSeal(settings.sealing_keys)
    notices = AccountNotices(fact_writer)
    proving = CodeProving(seal, notices)
    new_devices = NewDevices(database, notices, throttle)
    recovery_codes = RecoveryCodes(database, seal, notices, throttle, clock)
    site = site_of(settings)
    signing_keys = [signing_key(pem) for pem in settings.gateway_signing_key]
    return Services(
        site=site,
        registration=Registration(database, hashing, mail_facts, throttle, rules, clock),
        registration_progress=RegistrationProgress(database, clock),
        activation=Activation(database, hashing, throttle, clock),
        mail_requests=MailRequests(database, mail_facts, throttle, settings.reset_lifetime, clock),
        login=Login(database, hashing, new_devices, throttle, clock),
        password_reset=PasswordReset(database, hashing, mail_facts, throttle, rules, clock),
        password_change=PasswordChange(database, hashing, mail_facts, throttle, rules, clock),
        sessions=Sessions(database, settings.session_limits, clock),
        reconfirmation=Reconfirmation(database, hashing, proving, throttle, clock),
        two_factor=TwoFactorServices(
            enrolment=TotpEnrolment(database, seal, recovery_codes, notices, throttle, clock),
            at_login=SecondFactor(database, proving, new_devices, throttle, clock),
            recovery_codes=recovery_codes,
            reset=TotpReset(database, notices, throttle, clock),
            waiting_resets=WaitingResets(database, notices, throttle, clock),
            objection=ResetObjection(database, notices, throttle, clock),
            release=EnrolmentRelease(database, notices, throttle, clock),
            policy=TwoFactorPolicy(database, throttle, clock),
        ),
        helpdesk=HelpdeskServices(
            search=CompanySearch(database, clock),
            telling=CompanyTelling(database, clock),
            code_resending=CodeResending(database, mail_facts, throttle, clock),
            correction=RegistrationCorrection(database, mail_facts, throttle, clock),
            reset_mailing=ResetMailing(database, mail_facts, throttle, clock),
            suppression_lifting=SuppressionLifting(database, throttle, clock),
            mail_delays=MailDelays(database, clock),
        ),
        own_sessions=OwnSessions(database, settings.session_limits, clock),
        session_watch=SessionWatch(database, settings.session_limits, clock),
        kept_forms=KeptForms(database, seal, throttle, clock),
        company_correction=CompanyCorrection(database, throttle, clock),
        company_approval=CompanyApproval(database, fact_writer, throttle, clock),
        gemeente_settings=GemeenteSettings(database, throttle, clock),
        email_change=EmailChange(
            database,
            AddressChangeFacts(fact_writer),
            throttle,
            settings.code_lifetimes.of(CodePurpose.EMAIL_CHANGE),
            clock,
        ),
        account_closing=AccountClosing(database, notices, clock),
        audit_reading=AuditReading(database),
        data_export=DataExport(database, throttle, clock),
        gemeente_trail=GemeenteTrail(database, throttle, clock),
        own_hosts=OwnHosts(database, clock),
        served_gemeenten=ServedGemeenten(database, clock),
        people=PeopleServices(
            rosters=Rosters(database, throttle, clock),
            invitations=invitations_of(settings, database, fact_writer, throttle, clock),
            acceptance=InvitationAcceptance(database, hashing, throttle, rules, clock),
            blocking=AccountBlocking(database, throttle, clock),
            closing=ClosingOfOthers(database, notices, throttle, clock),
            roles=CompanyRoles(database, throttle, clock),
        ),
        gemeente_admission=GemeenteAdmission(
            database, throttle, urlsplit(site.public_url).hostname or "", clock
        ),
        assertions=Assertions(signing_keys, issuer=site.public_url, clock=clock),
    )


def invitations_of(
    settings: CodeSettings, database: Database, writer: FactWriter, throttle: Throttle, clock: Clock
) -> Invitations:
    return Invitations(database, InvitationFacts(writer), throttle, settings.invitation_lifetime, clock)


@asynccontextmanager
async def web_application(
    settings: WebSettings, readiness: Readiness, clock: Clock = utc_now
) -> AsyncIterator[web.Application]:
    if settings.public_url.scheme == "https" and not settings.trusted_proxies:
        log.warning("no_trusted_proxies", advice=NO_PROXIES)
    if not settings.gateway_signing_key:
        log.warning("no_signing_key", advice=NO_SIGNING_KEY)
    database = await open_database(str(settings.database_url), most_connections=WEB_CONNECTIONS)
    probe = DatabaseProbe(str(settings.database_url))
    hashing = PasswordHashing()
    seal = AccountSeal(settings.sealing_keys)
    key_watch = asyncio.create_task(SealingKeyWatch(database, seal).run())
    try:
        await refuse_missing_keys(database, seal)
        app = build_app(build_services(settings, database, hashing, clock))
        app.on_response_prepare.append(close_connections_when(lambda: readiness.is_stopping))
        readiness.watch("database", probe.trouble)
        yield app
    finally:
        key_watch.cancel()
        hashing.close()
        await probe.close()
        await database.close()


@asynccontextmanager
async def resealing(settings: ResealSettings, clock: Clock = utc_now) -> AsyncIterator[Resealing]:
    database = await open_database(str(settings.database_url), most_connections=1)
    seal = AccountSeal(settings.sealing_keys)
    secrets = [AccountSecrets(place, seal) for place in SEALED_PLACES]
    try:
        yield Resealing(database, [*secrets, MailedCodes(settings.message_sealing_keys)], clock)
    finally:
        await database.close()


@asynccontextmanager
async def inviting_staff(settings: CodeSettings, clock: Clock = utc_now) -> AsyncIterator[Invitations]:
    """For a command."""
    database = await open_database(str(settings.database_url), most_connections=1)
    writer = FactWriter(settings.code_lifetimes, MessageSeal(settings.message_sealing_keys))
    try:
        yield invitations_of(settings, database, writer, Throttle(database, clock), clock)
    finally:
        await database.close()


@asynccontextmanager
async def listing_people(settings: DatabaseSettings, clock: Clock = utc_now) -> AsyncIterator[Rosters]:
    """For a command."""
    database = await open_database(str(settings.database_url), most_connections=1)
    try:
        yield Rosters(database, Throttle(database, clock), clock)
    finally:
        await database.close()


async def run_worker(settings: WorkerSettings, readiness: Readiness, clock: Clock = utc_now) -> None:
    """Relay the outbox, answer mail requests, record reports, clean up and do what is due, until cancelled.

    Cancelled, it ends the steps that are under way, so that nothing is published without being forgotten.
    """
    database = await open_database(str(settings.database_url), most_connections=WORKER_CONNECTIONS)
    probe = DatabaseProbe(str(settings.database_url))
    readiness.watch("database", probe.trouble)
    try:
        structlog.contextvars.bind_contextvars(door=AuditOrigin.WORKER)
        async with asyncio.TaskGroup() as tasks:
            for work in worker_tasks(settings, database, readiness, clock):
                tasks.create_task(work)
            readiness.started()
    except* SettingsWrong as wrong:
        raise wrong.exceptions[0] from None
    finally:
        await probe.close()
        await database.close()


def worker_tasks(
    settings: WorkerSettings, database: Database, readiness: Readiness, clock: Clock
) -> tuple[Coroutine[Any, Any, Never], ...]:
    """What the worker does side by side; each goes on for ever."""
    notifications = Notifications(
        str(settings.database_url), (outbox_table.CHANNEL, mail_request_table.CHANNEL)
    )
    outbox_filled = notifications.event(outbox_table.CHANNEL)
    mail_asked = notifications.event(mail_request_table.CHANNEL)
    fact_writer = FactWriter(settings.code_lifetimes, MessageSeal(settings.message_sealing_keys))
    mail_facts = MailFacts(fact_writer)
    throttle = Throttle(database, clock)
    mail_requests = MailRequests(database, mail_facts, throttle, settings.reset_lifetime, clock)
    clean_up = CleanUp(database, settings.session_limits, clock)
    mail_watch = MailWatch(database, clock)
    suspicious_logins = SuspiciousLogins(database, AccountNotices(fact_writer), throttle, clock)
    notices = AccountNotices(fact_writer)
    waiting_resets = WaitingResets(database, notices, throttle, clock)
    totp_rollout = TotpRollout(database, notices, clock)
    unused_accounts = UnusedAccounts(database, notices, clock)
    relaying = BrokerLink("auth outbox relay", publishes_to=(COMMANDS,))
    reporting = BrokerLink("auth delivery reports")
    for link in (relaying, reporting):
        readiness.watch(link.name, link.trouble)
    reports = DeliveryReports(database, clock, reporting)
    readiness.watch_life(reporting.name, reports.consumer.stalled)
    broker = partial(stay_connected, str(settings.amqp_url), topology=settings.broker_topology)
    return (
        notifications.run(),
        work_steadily(mail_requests.answer_next, mail_asked, name="mail_requests"),
        work_steadily(clean_up.sweep, asyncio.Event(), name="clean_up", look_again_seconds=CLEAN_UP_SECONDS),
        work_steadily(
            unused_accounts.sweep,
            asyncio.Event(),
            name="unused_accounts",
            look_again_seconds=CLEAN_UP_SECONDS,
        ),
        work_steadily(
            suspicious_logins.look,
            asyncio.Event(),
            name="suspicious_logins",
            look_again_seconds=GUESSES_SECONDS,
        ),
        work_steadily(mail_watch.look, asyncio.Event(), name="mail_watch", look_again_seconds=WATCH_SECONDS),
        work_steadily(
            waiting_resets.do_next, asyncio.Event(), name="waiting_resets", look_again_seconds=DUE_SECONDS
        ),
        work_steadily(
            totp_rollout.go_on, asyncio.Event(), name="totp_rollout", look_again_seconds=DUE_SECONDS
        ),
        broker(OutboxRelay(database, outbox_filled, clock).run, link=relaying),
        broker(reports.run, link=reporting),
    )
