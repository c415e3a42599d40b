"""What a session may do is judged when it is done: since the request began, much may have changed."""

import asyncio

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.company_form import CompanyForm
from auth_service.accounts.gemeente_settings import GemeenteSettingsForm
from auth_service.accounts.refusals import NoSuchSession, ProofNeeded
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.tokens import draw_token
from auth_service.flows.password_change import TypedPasswords
from auth_service.flows.sessions import FactorOwed, SessionGone
from auth_service.flows.two_factor_policy import TypedPolicy
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone

NEW = "jan@nieuw.example"
COMPANY = CompanyForm(
    company_name="Hotel De Maan",
    street_address="Kerkplein 3",
    postcode="4321 AB",
    place="Zeedorp",
    gemeente="",
    kvk_number="",
    phone="",
    sleeping_places="12",
    accommodation="hotel",
)
SETTINGS = GemeenteSettingsForm("help@zeedorp.example", "", True, frozenset({"hotel"}), "24")
PASSWORDS = TypedPasswords(PASSWORD, OTHER_PASSWORD)
# What must not be done with the password alone once the account has two-factor authentication.
ACTS = {
    "new recovery codes": lambda its, who: its.two_factor.recovery_codes.make_new(who),
    "resetting one's own": lambda its, who: its.two_factor.reset.reset_own(who),
    "resetting another's": lambda its, who: its.two_factor.reset.reset_for(who, who.account.id, "Kwijt."),
    "withdrawing another's": lambda its, who: its.two_factor.waiting_resets.withdraw(who, who.account.id),
    "deciding for the gemeente": lambda its, who: its.two_factor.policy.decide_for_gemeente(
        who, who.account.gemeente_code, TypedPolicy(required=True)
    ),
    "deciding for the company": lambda its, who: its.two_factor.policy.decide_for_company(who, required=True),
    "wanting another address": lambda its, who: its.email_change.ask(who, NEW, anyone()),
    "closing the account": lambda its, who: its.account_closing.close(who),
    "closing another's": lambda its, who: its.people.closing.close(who, who.account.id, "Weg."),
    "changing the settings of a gemeente": lambda its, who: its.gemeente_settings.change(
        who, who.account.gemeente_code, SETTINGS
    ),
    "rejecting a company": lambda its, who: its.company_approval.reject(
        who, who.account.gemeente_code, None, "Geen."
    ),
    "downloading the trail": lambda its, who: its.gemeente_trail.begin_export(who, who.account.gemeente_code),
    "inviting": lambda its, who: its.people.invitations.invite_to_company(who, NEW, Role.GEBRUIKER, anyone()),
    "blocking": lambda its, who: its.people.blocking.block(who, who.account.id, "Weg."),
    "letting in again": lambda its, who: its.people.blocking.unblock(who, who.account.id, "Terug."),
    "giving a role": lambda its, who: its.people.roles.give(who, who.account.id, Role.GEBRUIKER),
    "another password": lambda its, who: its.password_change.change(
        who, PASSWORDS, anyone(), token=draw_token()
    ),
    "correcting the company": lambda its, who: its.company_correction.correct(who, COMPANY),
    "approving of a company": lambda its, who: its.company_approval.approve(
        who, who.account.gemeente_code, None
    ),
    "ending another session": lambda its, who: its.own_sessions.end(who, who.session.id),
    "ending all others": lambda its, who: its.own_sessions.end_others(who),
    "reviewing rights": lambda its, who: its.people.rosters.note_review(who, "GM9901"),
}
FRESH_ONLY = tuple(ACTS)[:12]
KEPT = (
    "accounts",
    "companies",
    "sessions",
    "totp_enrolments",
    "recovery_codes",
    "codes",
    "audit_trail",
    "invitations",
    "outbox",
)


async def all_kept(sql):
    return {table: sorted(map(tuple, await sql.fetch(f"SELECT * FROM {table}")), key=repr) for table in KEPT}  # noqa: S608 - our own names.


@pytest.mark.parametrize("act", ACTS)
async def test_a_session_read_before_its_owner_enrolled_elsewhere_does_nothing(person, sql, act):
    overtaken = await (await person.log_in()).session()
    await person.enrol()
    before = await all_kept(sql)

    with pytest.raises(FactorOwed) as owed:
        await ACTS[act](person.services, overtaken)

    assert owed.value.state is SessionState.AWAITING_TOTP
    assert await all_kept(sql) == before


@pytest.mark.parametrize("act", ACTS)
async def test_nor_does_one_that_was_read_before_the_gemeente_asked_for_it(person, sql, require, act):
    overtaken = await person.session()
    await require(gemeente=True)
    before = await all_kept(sql)

    with pytest.raises(FactorOwed) as owed:
        await ACTS[act](person.services, overtaken)

    assert owed.value.state is SessionState.AWAITING_TOTP_SETUP
    assert await all_kept(sql) == before


@pytest.mark.parametrize("act", FRESH_ONLY)
async def test_what_matters_wants_the_proof_to_be_fresh_when_it_is_done(enrolled, sql, act):
    read_in_time = await enrolled.session()
    assert read_in_time.is_freshly_proven
    await sql.execute("UPDATE sessions SET totp_proven_at = totp_proven_at - interval '10 minutes'")
    before = await all_kept(sql)

    with pytest.raises(ProofNeeded):
        await ACTS[act](enrolled.services, read_in_time)

    assert await all_kept(sql) == before


async def test_while_somebody_enrols_another_session_gets_no_recovery_codes(person, sql):
    elsewhere = await person.log_in()
    phone, overtaken = await person.scan(), await elsewhere.session()
    enrolment, codes = person.services.two_factor.enrolment, person.services.two_factor.recovery_codes

    enrolled, *refused = await asyncio.gather(
        enrolment.enrol(await person.session(), phone.code(), person.visitor),
        *(codes.make_new(overtaken) for _ in range(10)),
        return_exceptions=True,
    )

    assert len(enrolled.recovery_codes) == 10
    assert [outcome for outcome in refused if not isinstance(outcome, Exception)] == []
    person.token = enrolled.session.token
    shown = await codes.shown(await person.session())
    assert shown == enrolled.recovery_codes


async def test_two_sessions_that_end_each_other_do_not_wait_for_each_other(person):
    services = person.services
    for _ in range(10):
        people = [await person.log_in() for _ in range(4)]
        sessions = [await each.session() for each in people]

        outcomes = await asyncio.gather(
            *(services.own_sessions.end_others(session) for session in sessions),
            *(services.own_sessions.end(sessions[0], session.session.id) for session in sessions[1:]),
            return_exceptions=True,
        )

        assert {type(outcome) for outcome in outcomes if outcome is not None} <= {SessionGone, NoSuchSession}
        left = [each for each in people if await services.sessions.logged_in(each.token)]
        assert len(left) == 1


async def test_no_code_to_enrol_with_is_mailed_once_it_is_done_elsewhere(enrolled, sql, outbox):
    await sql.execute("UPDATE accounts SET totp_reset_by = 'company', totp_reset_at = now()")
    overtaken = await enrolled.session()
    await sql.execute("UPDATE accounts SET totp_reset_by = NULL, totp_reset_at = NULL")

    await enrolled.services.two_factor.reset.mail_code_again(overtaken, anyone())

    assert await outbox.mails() == []
