"""People whose address isn't mailed: their lists say so, and whoever sends an invitation again lifts it."""

from datetime import timedelta

import pytest

from auth_service.accounts.attempt_budgets import LIFTING_FOR_INVITED, OWN_ACT
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.refusals import ProofNeeded
from auth_service.accounts.suppression import SUPPRESSED_FOR, held_back_by
from auth_service.messaging.delivery_reports import DeliveryReports
from auth_service.storage.mail_trail_table import MailReport
from shared.broker import BrokerLink
from tests.integration.auth.people.scene import NEW, account_id, invite, invite_staff, send_again
from tests.integration.auth.people.test_calls import held
from tests.integration.auth.people.test_pages import OPERATORS, STAFF, USERS, read
from tests.integration.auth.scene import suppress

NO_SUCH_USER = "550 5.1.1 No such user"
NO_MORE = "We sturen nu geen e-mail meer naar dit adres."
ADDRESS_IS_RIGHT = "Adres klopt, stuur opnieuw"
MAILED_AGAIN = "E-mail sturen naar iemand die is uitgenodigd, is weer aangezet"
OF_A_PERSON = "Sinds 23 november 2026 sturen we geen e-mail meer naar dit adres: dit adres bestaat niet."


@pytest.fixture
def leaving(database, clock):
    """Of each mail that waits to leave, whether it will."""

    async def look():
        async with database.transaction() as tx:
            return [row.held_back is None for row in await tx.outbox.take_due(clock(), most=10)]

    return look


@pytest.fixture
def report(database, sql, clock):
    """What becomes of the newest invitation, as the mailer or the relay of the outbox tells a second on."""

    async def report(state, reply=NO_SUCH_USER, *, address_unusable=True):
        # Whoever invites was mailed at that moment too, of a login.
        event_id = await sql.fetchval(
            "SELECT event_id FROM mail_trail WHERE invitation_id IS NOT NULL ORDER BY created_at DESC LIMIT 1"
        )
        await sql.execute("DELETE FROM outbox")
        clock.advance(timedelta(seconds=1))
        said = MailReport(event_id, state, 1, reply, None, clock(), address_unusable)
        await DeliveryReports(database, clock, BrokerLink("reports")).record(said)

    return report


@pytest.fixture
async def invitation_id(manager, report, sql):
    """Of somebody whose mail came back, since when his address isn't mailed."""
    await invite(manager)
    await report(MailState.BOUNCED)
    return await sql.fetchval("SELECT id FROM invitations")


async def lifts(sql):
    rows = await sql.fetch(
        "SELECT invitation_id, company_id, gemeente_code FROM audit_trail"
        " WHERE act IN ('suppression_lifted', 'suppression_lifted_for_invited')"
    )
    return [tuple(row) for row in rows]


async def test_the_list_says_that_the_mail_came_back_and_what_to_do(manager, visit, invitation_id):
    page = await read(await visit(manager), USERS)

    assert "E-mail geweigerd: dit adres bestaat niet" in page
    assert f"{NO_MORE} Klopt het adres toch? Stuur de uitnodiging dan opnieuw." in page
    assert "Klopt het adres niet? Trek de uitnodiging dan in en nodig opnieuw uit." in page
    assert ADDRESS_IS_RIGHT in page


async def test_whoever_says_that_the_address_is_right_has_it_mailed_again(
    manager, visit, invitation_id, leaving, sql
):
    company_id = (await manager.session()).account.company_id
    browser = await visit(manager)

    answer = await browser.post(f"{USERS}/opnieuw-uitnodigen", {"uitnodiging": str(invitation_id)})

    assert (answer.status, answer.headers["Location"]) == (303, USERS)
    assert await leaving() == [True]
    assert await lifts(sql) == [(invitation_id, company_id, "GM9901")]
    page = await read(browser, USERS)
    assert NO_MORE not in page
    assert "E-mail wordt verstuurd" in page


async def test_his_colleagues_read_that_it_was_for_somebody_who_is_invited(
    manager, user, staff, visit, report, sql
):
    await invite(manager)
    await report(MailState.BOUNCED)
    await send_again(manager, await sql.fetchval("SELECT id FROM invitations"))

    own = await read(await visit(user), "/account/gegevens")
    trail = await read(await visit(staff), "/gemeente/GM9901/logboek?soort=gebruikers")

    assert f"{MAILED_AGAIN} door de beheerder van uw bedrijf." in own
    assert "het e-mailadres is weer aangezet" not in own
    assert MAILED_AGAIN in trail


async def test_inviting_anew_says_nothing_of_the_address(manager, invitation_id, leaving, sql):
    await invite(manager)

    assert await leaving() == [False]
    assert await lifts(sql) == []


async def test_where_that_mail_comes_back_too_the_address_is_mailed_no_more(
    manager, visit, invitation_id, report, leaving, clock
):
    await send_again(manager, invitation_id)
    await report(MailState.BOUNCED)

    await invite(manager)

    assert await leaving() == [False]
    await report(MailState.REFUSED, held_back_by(NO_SUCH_USER))
    assert NO_MORE in await read(await visit(manager), USERS)


async def test_a_company_says_so_once_a_day_of_each_address(
    manager, visit, invitation_id, report, leaving, sql, clock
):
    browser, fields = await visit(manager), {"uitnodiging": str(invitation_id)}
    await send_again(manager, invitation_id)
    await report(MailState.BOUNCED)

    refused = await browser.post(f"{USERS}/opnieuw-uitnodigen", fields)

    assert refused.status == 429
    assert "Er is al gezegd dat dit adres klopt, maar onze e-mail kwam weer niet aan." in await refused.text()
    assert await leaving() == []
    assert len(await lifts(sql)) == 1
    clock.advance(LIFTING_FOR_INVITED.pause)
    await send_again(await manager.log_in(), invitation_id)
    assert len(await lifts(sql)) == 2


async def test_who_must_prove_first_who_he_is_has_not_said_so_yet(manager, invitation_id, sql, clock):
    clock.advance(timedelta(days=7))
    late = await manager.log_in()
    clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await send_again(late, invitation_id)

    await send_again(await manager.log_in(), invitation_id)
    assert len(await lifts(sql)) == 1


async def test_staff_say_so_as_often_as_they_like(staff, report, sql):
    await invite_staff(staff)
    invitation_id = await sql.fetchval("SELECT id FROM invitations")
    for _ in range(2):
        await report(MailState.BOUNCED)
        await send_again(staff, invitation_id)

    assert len(await lifts(sql)) == 2


async def test_where_it_was_mailed_all_the_time_nothing_is_lifted(manager, sql):
    await invite(manager)

    await send_again(manager, await sql.fetchval("SELECT id FROM invitations"))

    assert await lifts(sql) == []


async def test_a_press_before_the_list_says_so_lifts_nothing_and_the_next_one_does(
    manager, visit, report, leaving, sql, clock
):
    await suppress(sql, NEW, clock())
    await invite(manager)
    invitation_id = await sql.fetchval("SELECT id FROM invitations")
    await sql.execute("DELETE FROM outbox")
    # Of two mails of one moment either could be the newest.
    clock.advance(timedelta(seconds=1))

    await send_again(manager, invitation_id)

    assert await leaving() == [False]
    assert await lifts(sql) == []
    await report(MailState.REFUSED, held_back_by(NO_SUCH_USER))
    assert ADDRESS_IS_RIGHT in await read(await visit(manager), USERS)
    await send_again(manager, invitation_id)
    assert await leaving() == [True]
    assert [line[0] for line in await lifts(sql)] == [invitation_id]


async def test_a_mail_that_failed_on_something_else_tells_nothing_of_those_of_others(
    manager, visit, report, leaving, sql, clock
):
    await invite(manager)
    await report(MailState.REFUSED, "552 5.2.2 Mailbox full", address_unusable=False)
    await suppress(sql, NEW, clock())

    page = await read(await visit(manager), USERS)
    await send_again(manager, await sql.fetchval("SELECT id FROM invitations"))

    assert "E-mail geweigerd: de mailbox is vol" in page
    assert NO_MORE not in page
    assert ADDRESS_IS_RIGHT not in page
    assert await leaving() == [False]
    assert await lifts(sql) == []


async def test_its_own_mail_shows_it_in_whatever_words(manager, visit, report, leaving, sql):
    await invite(manager)
    await report(MailState.REFUSED, "550 sorry, no mailbox here by that name. (#5.1.1)")

    assert NO_MORE in await read(await visit(manager), USERS)
    await send_again(manager, await sql.fetchval("SELECT id FROM invitations"))
    assert await leaving() == [True]


async def test_a_mail_that_left_before_those_of_others_came_back_says_what_it_would_have_said_alone(
    manager, visit, report, sql, clock
):
    await invite(manager)
    await suppress(sql, NEW, clock())
    await report(MailState.REFUSED)

    assert NO_MORE in await read(await visit(manager), USERS)


async def test_that_others_had_it_mailed_before_is_nobodys_to_know(manager, visit, sql, clock):
    await suppress(sql, NEW, clock())
    await invite(manager)

    page = await read(await visit(manager), USERS)

    assert "E-mail wordt verstuurd" in page
    assert NO_MORE not in page


async def test_what_was_held_back_reads_like_what_was_refused(manager, visit, report, sql, clock):
    pages = []
    for before, state, reply in (
        (True, MailState.REFUSED, held_back_by(NO_SUCH_USER)),
        (False, MailState.REFUSED, NO_SUCH_USER),
        (False, MailState.BOUNCED, f"5.1.1 smtp; {NO_SUCH_USER}"),
    ):
        if before:
            await suppress(sql, NEW, clock())
        await invite(manager)
        await report(state, reply)
        pages.append(await read(await visit(manager), USERS))
        await sql.execute("DELETE FROM invitations")
        await sql.execute("DELETE FROM suppressed_addresses")

    assert NO_MORE in pages[0]
    assert set(pages) == {pages[0]}


async def test_staff_do_the_same_for_their_colleagues_to_be(staff, visit, report, leaving, sql):
    await invite_staff(staff)
    await report(MailState.REFUSED)
    browser = await visit(staff)
    assert ADDRESS_IS_RIGHT in await read(browser, STAFF)
    invitation_id = await sql.fetchval("SELECT id FROM invitations")

    await browser.post(f"{STAFF}/opnieuw-uitnodigen", {"uitnodiging": str(invitation_id)})

    assert await leaving() == [True]
    assert await lifts(sql) == [(invitation_id, None, "GM9901")]


async def test_a_program_sees_it_and_sends_one_again(api, manager, invitation_id, leaving, sql):
    before = await (await api.get("/uitnodigingen", **held(manager))).json()
    sent = await api.send("POST", f"/uitnodigingen/{invitation_id}/emails", headers=held(manager))
    after = await (await api.get("/uitnodigingen", **held(manager))).json()

    told = [answer["uitnodigingen"][0] for answer in (before, after)]
    assert [(each["emailGeweigerd"], each["mailstop"]) for each in told] == [(True, True), (False, False)]
    assert sent.status == 204
    assert await leaving() == [True]


async def test_a_program_is_told_how_long_it_lasts_and_that_its_absence_is_no_promise(api):
    document = await (await api.get("/openapi.json")).json()

    told = document["components"]["schemas"]["OpenUitnodiging"]["properties"]["mailstop"]["description"]
    assert f"{SUPPRESSED_FOR.days} dagen lang" in told
    assert "`false` belooft dus niet dat er e-mail naar het adres gaat." in told


async def test_a_manager_sees_which_user_is_not_mailed_and_whom_to_ask(manager, user, visit, sql, clock):
    await suppress(sql, user.email, clock())

    page = await read(await visit(manager), USERS)

    assert page.count("Krijgt geen e-mail") == 1
    assert f"{OF_A_PERSON} Klopt het adres toch? Vraag de gemeente" in page


@pytest.mark.parametrize("role", ["gemeentemedewerker", "beheerder"])
async def test_of_himself_staff_read_whom_to_ask(staff, operator, visit, sql, clock, role):
    actor, listed = (staff, STAFF) if role == "gemeentemedewerker" else (operator, OPERATORS)
    await suppress(sql, actor.email, clock())

    page = await read(await visit(actor), listed)

    assert f"{OF_A_PERSON} Klopt het adres toch? Vraag een collega" in page
    assert "stuur weer e-mail" not in page


@pytest.mark.parametrize("role", ["gemeentemedewerker", "beheerder"])
async def test_staff_let_a_colleague_be_mailed_again(staff, operator, make_staff, visit, sql, clock, role):
    colleague = await make_staff("collega@zeedorp.example", role)
    actor, listed = (staff, STAFF) if role == "gemeentemedewerker" else (operator, OPERATORS)
    await suppress(sql, colleague.email, clock())
    browser = await visit(actor)
    before = await read(browser, listed)

    path = f"/gemeente/GM9901/gebruikers/{await account_id(colleague)}"
    answer = await browser.post(f"{path}/mailstop-opheffen", {})

    assert OF_A_PERSON in before
    assert "Adres klopt, stuur weer e-mail naar collega@zeedorp.example" in before
    assert (answer.status, answer.headers["Location"]) == (303, listed)
    assert "Krijgt geen e-mail" not in await read(browser, listed)
    # Where who had to log in first is led.
    assert (await browser.get(path)).headers["Location"] == listed


async def test_too_many_of_these_are_slowed_down_for_a_colleague_as_well(staff, make_staff, visit, sql):
    colleague = await account_id(await make_staff("collega@zeedorp.example"))
    browser, path = await visit(staff), f"/gemeente/GM9901/gebruikers/{colleague}/mailstop-opheffen"
    for _ in range(OWN_ACT.at_once):
        assert (await browser.post(path, {})).status == 303

    assert (await browser.post(path, {})).status == 429


async def test_a_beheerder_is_nobody_to_staff(staff, operator, visit):
    path = f"/gemeente/GM9901/gebruikers/{await account_id(operator)}"

    assert (await (await visit(staff)).get(path)).status == 404


async def test_a_program_sees_which_colleague_is_not_mailed(api, staff, make_staff, sql, clock):
    colleague = await make_staff("collega@zeedorp.example")
    await suppress(sql, colleague.email, clock())

    answer = await (await api.get("/gemeenten/GM9901/medewerkers", **held(staff))).json()

    told = {each["email"]: each["mailstopSinds"] for each in answer["medewerkers"]}
    assert told == {colleague.email: f"{clock():%Y-%m-%dT%H:%M:%SZ}", staff.email: None}
