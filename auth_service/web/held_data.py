"""All that is held about somebody, as JSON that he and other services can read (AVG art. 15 and 20)."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf
from pydantic.alias_generators import to_camel

from auth_service.accounts.audit import AuditLine
from auth_service.accounts.email_change import PendingEmailChange
from auth_service.accounts.holdings import HeldMail, Holdings
from auth_service.accounts.sessions import UsedSession
from auth_service.web.api.call import Given, Moment
from auth_service.web.api.company import CompanyGiven, company_given
from auth_service.web.api.company_story import MAIL_STOP
from auth_service.web.api.registration_progress import STATUSES, Status
from auth_service.web.api.sessions import RoleName
from auth_service.web.audit_nl import told
from auth_service.web.mail_kinds_nl import KINDS


class Held(Given):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True)


class HeldAccount(Held):
    model_config = ConfigDict(title="BewaardAccount")

    email: str = MemberOf(examples=["naam@voorbeeld.nl"])
    rol: RoleName = MemberOf(examples=["ondernemer"])
    gemeente: str = MemberOf(examples=["Zeedorp"])
    gemaakt_op: Moment
    laatst_ingelogd_op: Moment | None
    wachtwoord_gewijzigd_op: Moment
    tweefactorauthenticatie_sinds: Moment | None
    mailstop_sinds: Moment | None = MemberOf(description=MAIL_STOP)


class HeldEmailChange(Held):
    model_config = ConfigDict(title="GevraagdeWijziging")

    email: str = MemberOf(description="Nog niet bevestigd.", examples=["naam@nieuw.example"])
    gevraagd_op: Moment
    verloopt_op: Moment


class HeldSession(Held):
    model_config = ConfigDict(title="BewaardeSessie")

    gestart_op: Moment
    laatst_gebruikt_op: Moment
    wachtwoord_bewezen_op: Moment
    code_bewezen_op: Moment | None
    browser: str | None
    systeem: str | None


class HeldMailTrail(Held):
    model_config = ConfigDict(title="BewaardeMail")

    onderwerp: str = MemberOf(examples=["Wachtwoord gewijzigd"])
    aan: str = MemberOf(examples=["naam@voorbeeld.nl"])
    status: Status
    gemaakt_op: Moment
    status_sinds: Moment | None = MemberOf(description="Leeg zolang er niets over is gemeld.")


class HeldBrowser(Held):
    model_config = ConfigDict(title="BekendeBrowser")

    eerst_gebruikt_op: Moment
    laatst_gebruikt_op: Moment


class HeldAct(Held):
    model_config = ConfigDict(title="Gebeurtenis")

    wat: str = MemberOf(examples=["Het wachtwoord is gewijzigd"])
    door: str = MemberOf(examples=["uzelf"])
    op: Moment
    reden: str | None
    identificatie: str | None = MemberOf(description="Hoe is gecontroleerd wie u bent.")


class HeldData(Held):
    model_config = ConfigDict(title="Gegevensexport")

    gemaakt_op: Moment = MemberOf(description="Wanneer dit overzicht is gemaakt.")
    account: HeldAccount
    gevraagd_emailadres: HeldEmailChange | None
    bedrijf: CompanyGiven | None = MemberOf(description="Niet bij medewerkers.")
    sessies: tuple[HeldSession, ...]
    emails: tuple[HeldMailTrail, ...] = MemberOf(description="Van de laatste 30 dagen.")
    browsers: tuple[HeldBrowser, ...] = MemberOf(description="Waarin het account is gebruikt.")
    gebeurtenissen: tuple[HeldAct, ...] = MemberOf(description="Wat er met account en bedrijf is gebeurd.")


def held_data(holdings: Holdings) -> HeldData:
    return HeldData(
        gemaakt_op=holdings.held_at,
        account=held_account(holdings),
        gevraagd_emailadres=held_change(holdings.email_change) if holdings.email_change else None,
        bedrijf=company_given(holdings.company) if holdings.company else None,
        sessies=tuple(held_session(used) for used in holdings.sessions),
        emails=tuple(held_mail(mail) for mail in holdings.mails),
        browsers=tuple(
            HeldBrowser(eerst_gebruikt_op=browser.first_used_at, laatst_gebruikt_op=browser.last_used_at)
            for browser in holdings.browsers
        ),
        gebeurtenissen=tuple(held_act(line, holdings) for line in holdings.audit_lines),
    )


def held_account(holdings: Holdings) -> HeldAccount:
    account, dates = holdings.account, holdings.dates
    return HeldAccount(
        email=account.email.text,
        rol=account.role.value,
        gemeente=holdings.gemeente.name,
        gemaakt_op=dates.created_at,
        laatst_ingelogd_op=dates.last_login_at,
        wachtwoord_gewijzigd_op=account.password_changed_at,
        tweefactorauthenticatie_sinds=account.two_factor.enrolled_at,
        mailstop_sinds=holdings.suppression.since if holdings.suppression else None,
    )


def held_change(change: PendingEmailChange) -> HeldEmailChange:
    return HeldEmailChange(
        email=change.email.text, gevraagd_op=change.requested_at, verloopt_op=change.expires_at
    )


def held_session(used: UsedSession) -> HeldSession:
    session, device = used.session, used.device
    return HeldSession(
        gestart_op=session.started_at,
        laatst_gebruikt_op=session.last_seen_at,
        wachtwoord_bewezen_op=session.password_proven_at,
        code_bewezen_op=session.totp_proven_at,
        browser=device.browser,
        systeem=device.system,
    )


def held_mail(mail: HeldMail) -> HeldMailTrail:
    return HeldMailTrail(
        onderwerp=KINDS[mail.kind],
        aan=mail.recipient,
        status=STATUSES[mail.state],
        gemaakt_op=mail.created_at,
        status_sinds=mail.reported_at,
    )


def held_act(line: AuditLine, holdings: Holdings) -> HeldAct:
    act = told(line, holdings.account)
    return HeldAct(
        wat=act.act, door=act.doer, op=line.happened_at, reden=act.reason, identificatie=act.identified
    )
