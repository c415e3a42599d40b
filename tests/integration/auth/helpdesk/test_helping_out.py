"""What staff do for an entrepreneur: a further code, another address, a mail for a new password."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.attempt_budgets import HELPING_MAIL, MAIL_STRANGERS, OWN_ACT
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    InputRefused,
    NoSuchAccount,
    NoSuchCompany,
    NoSuchGemeente,
    Problem,
    ProofNeeded,
    RegistrationMovedOn,
    TooOften,
)
from auth_service.flows.registration_correction import TypedCorrection
from auth_service.flows.sessions import FactorOwed
from tests.integration.auth.helpdesk.conftest import BASE, UNKNOWN_USER
from tests.integration.auth.scene import PASSWORD, anyone, suppress, until_waiting

TYPO, RIGHT = "jna@dezon.example", "jan@dezon.example"
CORRECTION = TypedCorrection(RIGHT, "Ondernemer belde: typefout.")
KEPT = (
    "accounts",
    "companies",
    "pending_registrations",
    "codes",
    "outbox",
    "mail_trail",
    "suppressed_addresses",
)


async def all_kept(sql):
    return {table: sorted(map(tuple, await sql.fetch(f"SELECT * FROM {table}")), key=repr) for table in KEPT}  # noqa: S608 - our own names.


async def audited(sql):
    """What staff did to help: the act, on what, and why."""
    rows = await sql.fetch(
        "SELECT act, company_id, account_id, reason FROM audit_trail WHERE gemeente_code = 'GM9901'"
        " AND act IN ('activation_code_sent', 'registration_corrected', 'password_reset_sent')"
    )
    return [tuple(row) for row in rows]


@pytest.fixture
async def waiting(register, medewerker):
    """With a mistake in its address."""
    return await register(email=TYPO)


@pytest.fixture
async def account_id(make_account, sql, outbox, medewerker):
    await make_account(email=RIGHT)
    await sql.execute("DELETE FROM outbox")
    return await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", RIGHT)


async def test_a_code_that_staff_sent_again_opens_the_account_as_the_first_one_does(
    medewerker, waiting, services, outbox, sql
):
    answer = await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/code")

    assert (answer.status, answer.headers["Location"]) == (303, f"{BASE}/bedrijven/{waiting.id}")
    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("activation_code_issued", TYPO)
    assert await audited(sql) == [("activation_code_sent", waiting.id, None, None)]
    page = await medewerker.reads(answer.headers["Location"])
    assert "De code is opnieuw verstuurd." in page
    assert "Er is een nieuwe code gestuurd om het e-mailadres te bevestigen" in page
    assert page.count(f"E-mail 'E-mailadres bevestigen' aan {TYPO}") == 2
    await services.activation.activate(waiting.code, password="", visitor=anyone(waiting.receipt))


async def test_staff_can_not_bury_somebody_in_mail_and_are_told_how_long_to_wait(medewerker, waiting, outbox):
    for _ in range(HELPING_MAIL.at_once):
        assert (await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/code")).status == 303
    sent = len(await outbox.mails())

    answer = await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/code")

    assert answer.status == 429
    assert "Wacht 10 minuten en probeer het dan opnieuw." in await answer.text()
    assert len(await outbox.mails()) == sent


async def test_nor_mail_one_stranger_after_another(medewerker, waiting, services, outbox, clock):
    session = await medewerker.session()
    for number in range(MAIL_STRANGERS.at_once):
        typed = TypedCorrection(f"vreemde{number}@elders.example", "Typefout.")
        await services.helpdesk.correction.correct(session, "GM9901", waiting.id, typed)
    sent = len(await outbox.mails())

    with pytest.raises(TooOften):
        await services.helpdesk.correction.correct(session, "GM9901", waiting.id, CORRECTION)

    assert len(await outbox.mails()) == sent


async def test_a_corrected_address_gets_a_code_and_those_of_the_former_one_are_void(
    medewerker, waiting, services, outbox, report, sql, clock
):
    await report(TYPO, MailState.REFUSED, UNKNOWN_USER)

    answer = await medewerker.post(
        f"{BASE}/bedrijven/{waiting.id}/email", email=f" {RIGHT} ", reden="Ondernemer belde."
    )

    assert (answer.status, answer.headers["Location"]) == (303, f"{BASE}/bedrijven/{waiting.id}")
    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("activation_code_issued", RIGHT)
    assert await audited(sql) == [("registration_corrected", waiting.id, None, "Ondernemer belde.")]
    kept_until = await sql.fetchval("SELECT kept_until FROM pending_registrations")
    assert kept_until == clock() + timedelta(days=7)
    with pytest.raises(CodeRejected):
        await services.activation.activate(waiting.code, password=PASSWORD, visitor=anyone())
    # The password chosen before, and nothing else, proves who it is.
    await services.activation.activate(mail.code, password=PASSWORD, visitor=anyone())
    assert await services.login.log_in(RIGHT, PASSWORD, visitor=anyone())


async def test_the_browser_that_registered_goes_on_with_the_corrected_address(
    medewerker, waiting, services, outbox
):
    await services.helpdesk.correction.correct(await medewerker.session(), "GM9901", waiting.id, CORRECTION)
    progress = await services.registration_progress.newest(waiting.receipt)

    assert progress.email == RIGHT
    assert progress.mails[0].state is MailState.QUEUED
    code = await outbox.code()
    await services.activation.activate(code, password="", visitor=anyone(waiting.receipt))


async def test_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told(
    account_id, medewerker, waiting, outbox
):
    answer = await medewerker.post(
        f"{BASE}/bedrijven/{waiting.id}/email", email=RIGHT, reden="Ondernemer belde."
    )

    assert (answer.status, answer.headers["Location"]) == (303, f"{BASE}/bedrijven/{waiting.id}")
    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.code) == ("registration_for_existing_account", RIGHT, None)


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        (TypedCorrection("", ""), {(Field.EMAIL, Problem.EMPTY), (Field.REASON, Problem.EMPTY)}),
        (TypedCorrection("jan", "Typefout."), {(Field.EMAIL, Problem.WRONG)}),
        (TypedCorrection(TYPO.upper(), "Typefout."), {(Field.EMAIL, Problem.NOT_CORRECTED)}),
        (TypedCorrection(RIGHT, "x" * 501), {(Field.REASON, Problem.TOO_LONG)}),
    ],
)
async def test_what_can_not_be_used_is_told_all_at_once_and_changes_nothing(
    medewerker, waiting, services, sql, typed, problems
):
    session, before = await medewerker.session(), await all_kept(sql)

    with pytest.raises(InputRefused) as refused:
        await services.helpdesk.correction.correct(session, "GM9901", waiting.id, typed)

    assert {(each.field, each.problem) for each in refused.value.violations} == problems
    assert await all_kept(sql) == before


async def test_the_form_comes_back_with_what_was_typed(medewerker, waiting):
    answer = await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/email", email="jan", reden="Typefout.")

    page = await answer.text()
    assert answer.status == 400
    assert 'value="jan"' in page
    assert 'value="Typefout."' in page
    assert "Vul een geldig e-mailadres in" in page


async def test_correcting_an_address_wants_a_fresh_proof_and_sending_a_code_does_not(
    medewerker, waiting, services, clock, sql
):
    clock.advance(timedelta(minutes=6))
    session, before = await medewerker.session(), await all_kept(sql)

    with pytest.raises(ProofNeeded):
        await services.helpdesk.correction.correct(session, "GM9901", waiting.id, CORRECTION)

    assert await all_kept(sql) == before
    led = await medewerker.get(f"{BASE}/bedrijven/{waiting.id}/email")
    assert led.headers["Location"].startswith("/account/bevestigen?terug=")
    assert (await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/code")).status == 303


async def test_of_a_correction_and_the_code_at_the_same_time_one_wins(
    medewerker, services, register, sql, outbox
):
    session = await medewerker.session()
    for number in range(6):
        waiting = await register(email=f"typo{number}@dezon.example")
        typed = TypedCorrection(f"goed{number}@dezon.example", "Typefout.")

        activated, corrected = await asyncio.gather(
            services.activation.activate(waiting.code, password="", visitor=anyone(waiting.receipt)),
            services.helpdesk.correction.correct(session, "GM9901", waiting.id, typed),
            return_exceptions=True,
        )

        is_company = await sql.fetchval("SELECT true FROM companies WHERE id = $1", waiting.id) or False
        is_waiting = await sql.fetchval(
            "SELECT email = $2 FROM pending_registrations WHERE id = $1", waiting.id, typed.email
        )
        assert isinstance(activated, CodeRejected) == (not is_company)
        assert isinstance(corrected, RegistrationMovedOn) == is_company
        assert bool(is_waiting) == (not is_company)
        await sql.execute("DELETE FROM outbox")
        await sql.execute("DELETE FROM throttle")


@pytest.mark.parametrize("act", ["a further code", "another address", "mail again before activation"])
async def test_a_registration_that_is_in_another_gemeente_by_now_stays_as_it_is(
    medewerker, waiting, services, sql, act
):
    session = await medewerker.session()

    async with sql.transaction():
        await sql.execute("SELECT FROM pending_registrations FOR UPDATE")
        helping = asyncio.create_task(HELPING[act](services.helpdesk, session, waiting, None))
        await until_waiting(sql)
        await sql.execute("UPDATE pending_registrations SET gemeente_code = 'GM9902'")
        before = await all_kept(sql)

    with pytest.raises(NoSuchCompany):
        await helping
    assert await all_kept(sql) == before
    assert await audited(sql) == []


async def test_who_comes_too_late_is_led_to_how_it_is_now(medewerker, waiting, activate):
    await activate(waiting)
    page = f"{BASE}/bedrijven/{waiting.id}"

    for answer in (
        await medewerker.post(f"{page}/code"),
        await medewerker.post(f"{page}/mailstop-opheffen"),
        await medewerker.get(f"{page}/email"),
        await medewerker.post(f"{page}/email", email=RIGHT, reden="Typefout."),
    ):
        assert (answer.status, answer.headers["Location"]) == (303, page)
    assert "De aanmelding is net veranderd." in await medewerker.reads(page)


async def test_staff_have_a_reset_mailed_and_choose_no_password(medewerker, account_id, outbox, sql):
    hashed = await sql.fetchval("SELECT password_hash FROM accounts WHERE id = $1", account_id)

    answer = await medewerker.post(f"{BASE}/gebruikers/{account_id}/herstelmail")

    company = await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", account_id)
    assert (answer.status, answer.headers["Location"]) == (303, f"{BASE}/bedrijven/{company}")
    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("password_reset_code_issued", RIGHT)
    assert await audited(sql) == [("password_reset_sent", None, account_id, None)]
    assert await sql.fetchval("SELECT password_hash FROM accounts WHERE id = $1", account_id) == hashed


async def test_too_many_of_them_show_the_company_again(medewerker, account_id, outbox):
    path = f"{BASE}/gebruikers/{account_id}/herstelmail"
    for _ in range(HELPING_MAIL.at_once):
        assert (await medewerker.post(path)).status == 303

    answer = await medewerker.post(path)

    assert answer.status == 429
    assert "<h1>Pension De Zon</h1>" in await answer.text()


async def test_who_had_to_log_in_first_comes_back_to_the_company(medewerker, account_id, sql):
    answer = await medewerker.get(f"{BASE}/gebruikers/{account_id}")

    company = await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", account_id)
    assert answer.headers["Location"] == f"{BASE}/bedrijven/{company}"
    assert (await medewerker.get(f"{BASE}/gebruikers/{uuid4()}")).status == 404


@pytest.mark.parametrize("gemeente", ["GM9901", "GM9902"])
async def test_of_another_gemeente_nothing_can_be_changed(
    make_medewerker, register, make_account, services, sql, clock, gemeente
):
    waiting = await register(email=TYPO)
    await make_account(email=RIGHT)
    account_id = await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", RIGHT)
    for address in (TYPO, RIGHT):
        await suppress(sql, address, clock())
    mia = await make_medewerker(gemeente="GM9902")
    session, before = await mia.session(), await all_kept(sql)
    helpdesk = services.helpdesk
    nothing = (NoSuchGemeente,) if gemeente == "GM9901" else (NoSuchCompany, NoSuchAccount)

    with pytest.raises(nothing):
        await helpdesk.code_resending.resend(session, gemeente, waiting.id)
    with pytest.raises(nothing):
        await helpdesk.correction.correct(
            session, gemeente, waiting.id, TypedCorrection("x@y.nl", "Typefout.")
        )
    with pytest.raises((*nothing, NoSuchAccount)):
        await helpdesk.reset_mailing.send(session, gemeente, account_id)
    with pytest.raises(nothing):
        await helpdesk.suppression_lifting.lift_of_registration(session, gemeente, waiting.id)
    with pytest.raises((*nothing, NoSuchAccount)):
        await helpdesk.suppression_lifting.lift_of_account(session, gemeente, account_id)

    assert await all_kept(sql) == before
    for path in (
        f"bedrijven/{waiting.id}/code",
        f"bedrijven/{waiting.id}/email",
        f"gebruikers/{account_id}/herstelmail",
        f"bedrijven/{waiting.id}/mailstop-opheffen",
        f"gebruikers/{account_id}/mailstop-opheffen",
    ):
        assert (await mia.post(f"/gemeente/{gemeente}/{path}", email="x@y.nl", reden="x")).status == 404
    assert await all_kept(sql) == before
    assert await audited(sql) == []


async def test_nobody_helps_himself_or_a_higher_role_to_a_mail(medewerker, make_person, services, sql):
    session = await medewerker.session()
    await make_person("baas@zeedorp.example")
    await sql.execute(
        "UPDATE accounts SET role = 'beheerder', company_id = NULL WHERE email_key = 'baas@zeedorp.example'"
    )
    boss = await sql.fetchval("SELECT id FROM accounts WHERE email_key = 'baas@zeedorp.example'")

    for account_id in (session.account.id, boss, uuid4(), None):
        with pytest.raises(NoSuchAccount):
            await services.helpdesk.reset_mailing.send(session, "GM9901", account_id)
        with pytest.raises(NoSuchAccount):
            await services.helpdesk.suppression_lifting.lift_of_account(session, "GM9901", account_id)


async def test_an_entrepreneur_helps_nobody(medewerker, waiting, make_person, services, sql):
    person = await make_person("piet@dezon.example")
    session, before = await person.session(), await all_kept(sql)

    with pytest.raises(NoSuchGemeente):
        await services.helpdesk.code_resending.resend(session, "GM9901", waiting.id)
    with pytest.raises(NoSuchGemeente):
        await services.helpdesk.correction.correct(session, "GM9901", waiting.id, CORRECTION)

    assert await all_kept(sql) == before


async def test_tries_are_counted_before_anything_is_looked_up(medewerker, services):
    session = await medewerker.session()

    for _ in range(OWN_ACT.at_once):
        with pytest.raises(NoSuchCompany):
            await services.helpdesk.code_resending.resend(session, "GM9901", uuid4())

    with pytest.raises(TooOften):
        await services.helpdesk.code_resending.resend(session, "GM9901", uuid4())


HELPING = {
    "a further code": lambda helpdesk, who, waiting, _: helpdesk.code_resending.resend(
        who, "GM9901", waiting.id
    ),
    "another address": lambda helpdesk, who, waiting, _: helpdesk.correction.correct(
        who, "GM9901", waiting.id, TypedCorrection("x@y.nl", "Typefout.")
    ),
    "a reset mail": lambda helpdesk, who, _, account_id: helpdesk.reset_mailing.send(
        who, "GM9901", account_id
    ),
    "mail again before activation": lambda helpdesk, who, waiting, _: (
        helpdesk.suppression_lifting.lift_of_registration(who, "GM9901", waiting.id)
    ),
    "mail again": lambda helpdesk, who, _, account_id: helpdesk.suppression_lifting.lift_of_account(
        who, "GM9901", account_id
    ),
}


@pytest.mark.parametrize("act", HELPING)
async def test_a_session_that_owes_something_by_now_does_nothing(
    account_id, medewerker, waiting, services, sql, clock, act
):
    overtaken = await medewerker.session()
    await sql.execute("DELETE FROM totp_enrolments")
    for address in (TYPO, RIGHT):
        await suppress(sql, address, clock())
    before = await all_kept(sql)

    with pytest.raises(FactorOwed):
        await HELPING[act](services.helpdesk, overtaken, waiting, account_id)

    assert await all_kept(sql) == before


async def test_the_proof_must_be_fresh_when_the_address_is_corrected(medewerker, waiting, services, sql):
    read_in_time = await medewerker.session()
    await sql.execute("UPDATE sessions SET totp_proven_at = totp_proven_at - interval '10 minutes'")
    before = await all_kept(sql)

    with pytest.raises(ProofNeeded):
        await services.helpdesk.correction.correct(read_in_time, "GM9901", waiting.id, CORRECTION)

    assert await all_kept(sql) == before
