"""Staff see that an address isn't mailed any more, and why, and let it be mailed again."""

from datetime import timedelta
from html import unescape

import pytest

from auth_service.accounts.attempt_budgets import OWN_ACT
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.suppression import held_back_by
from tests.integration.auth.api.scene import problem_in
from tests.integration.auth.helpdesk.conftest import BASE
from tests.integration.auth.scene import anyone, suppress

EMAIL = "jan@dezon.example"
NO_SUCH_USER = "550 5.1.1 No such user"
RESUME = "Stuur weer e-mail naar dit adres"
SINCE = "Sinds 23 november 2026 sturen we geen e-mail meer naar dit adres"
MAILED_AGAIN = "E-mail sturen naar het e-mailadres is weer aangezet"


@pytest.fixture
async def waiting(register, medewerker, report, sql, clock):
    """A registration whose mail was refused, since when its address isn't mailed."""
    waiting = await register()
    await report(EMAIL, MailState.REFUSED, NO_SUCH_USER)
    await suppress(sql, EMAIL, clock(), NO_SUCH_USER)
    return waiting


@pytest.fixture
async def account_id(make_account, medewerker, sql, clock):
    """An entrepreneur whose address isn't mailed."""
    await make_account()
    await sql.execute("DELETE FROM outbox")
    # Of two mails of one moment either could be the newest.
    clock.advance(timedelta(minutes=1))
    await suppress(sql, EMAIL, clock(), NO_SUCH_USER)
    return await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", EMAIL)


@pytest.fixture
def leaving(database, clock):
    """Of each mail that waits to leave, whether it will."""

    async def look():
        async with database.transaction() as tx:
            return [row.held_back is None for row in await tx.outbox.take_due(clock(), most=10)]

    return look


async def lifts(sql):
    rows = await sql.fetch(
        "SELECT company_id, account_id, gemeente_code FROM audit_trail WHERE act = 'suppression_lifted'"
    )
    return [tuple(row) for row in rows]


def diagnosis_in(page):
    return page.partition('<section class="diagnosis')[2].partition("</section>")[0]


async def test_the_page_of_a_registration_says_since_when_and_why_and_offers_what_helps(medewerker, waiting):
    diagnosis = diagnosis_in(await medewerker.reads(f"{BASE}/bedrijven/{waiting.id}"))

    assert f"De e-mail met de code is geweigerd: dit adres bestaat niet. {SINCE}." in diagnosis
    assert diagnosis.index("Verbeter het e-mailadres<span") < diagnosis.index(f"{RESUME}<span")
    assert "Stuur de code opnieuw<span" not in diagnosis


async def test_it_is_mailed_again_once_staff_say_so_and_a_code_arrives(
    medewerker, waiting, leaving, services, outbox, clock
):
    page = f"{BASE}/bedrijven/{waiting.id}"
    clock.advance(timedelta(minutes=6))

    answer = await medewerker.post(f"{page}/mailstop-opheffen")
    told = await medewerker.reads(page)
    await medewerker.post(f"{page}/code")

    assert (answer.status, answer.headers["Location"]) == (303, page)
    assert "We sturen weer e-mail naar dit adres." in told
    assert MAILED_AGAIN in told
    assert SINCE not in told
    assert await leaving() == [True]
    code = await outbox.code()
    await services.activation.activate(code, password="", visitor=anyone(waiting.receipt))


async def test_a_mail_that_was_held_back_is_told_and_sent_anew_in_one_press(medewerker, waiting, report):
    page = f"{BASE}/bedrijven/{waiting.id}"
    await medewerker.post(f"{page}/code")
    await report(EMAIL, MailState.REFUSED, held_back_by(NO_SUCH_USER))

    await medewerker.post(f"{page}/mailstop-opheffen")
    told = await medewerker.reads(page)

    assert "De e-mail met de code is niet verstuurd, omdat een eerdere e-mail niet aankwam." in told
    assert diagnosis_in(told).index("Stuur de code opnieuw<span") < diagnosis_in(told).index("Verbeter")
    assert "Niet verstuurd, omdat een eerdere e-mail niet aankwam: dit adres bestaat niet." in told
    assert told.count(f'<q lang="en">{NO_SUCH_USER}</q>') == 2
    assert "suppressed" not in told


async def test_whoever_presses_after_a_colleague_changes_nothing(medewerker, waiting, sql):
    for _ in range(2):
        answer = await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/mailstop-opheffen")
        assert answer.status == 303

    assert await lifts(sql) == [(waiting.id, None, "GM9901")]


async def test_too_many_presses_are_told_how_long_to_wait(medewerker, waiting):
    path = f"{BASE}/bedrijven/{waiting.id}/mailstop-opheffen"
    for _ in range(OWN_ACT.at_once):
        assert (await medewerker.post(path)).status == 303

    answer = await medewerker.post(path)

    assert answer.status == 429
    assert "probeer het dan opnieuw" in unescape(await answer.text())


async def test_that_an_address_was_refused_for_another_before_is_not_told(
    medewerker, register, report, sql, clock
):
    await suppress(sql, EMAIL, clock() - timedelta(days=3), NO_SUCH_USER)
    waiting = await register()
    await report(EMAIL, MailState.REFUSED, held_back_by(NO_SUCH_USER))

    page = await medewerker.reads(f"{BASE}/bedrijven/{waiting.id}")

    assert SINCE in page
    assert "20 november" not in page


async def test_a_corrected_address_is_mailed(medewerker, waiting, leaving, sql):
    await sql.execute("DELETE FROM outbox")
    typed = {"email": "joan@dezon.example", "reden": "Ondernemer belde."}
    await medewerker.post(f"{BASE}/bedrijven/{waiting.id}/email", **typed)

    assert await leaving() == [True]
    assert SINCE not in await medewerker.reads(f"{BASE}/bedrijven/{waiting.id}")


async def test_of_somebody_with_an_account_it_is_told_beside_his_name_and_lifted(
    medewerker, account_id, leaving, sql, log_in, services
):
    company = await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", account_id)
    before = await medewerker.reads(f"{BASE}/bedrijven/{company}")

    answer = await medewerker.post(f"{BASE}/gebruikers/{account_id}/mailstop-opheffen")
    after = await medewerker.reads(f"{BASE}/bedrijven/{company}")
    await medewerker.post(f"{BASE}/gebruikers/{account_id}/herstelmail")

    assert f"Een e-mail aan {EMAIL} is geweigerd: dit adres bestaat niet. {SINCE}." in before
    assert '<span class="badge badge--wrong">Krijgt geen e-mail</span>' in before
    assert f"{RESUME}<span" in before
    assert "Stuur e-mail voor nieuw wachtwoord" not in before
    assert (answer.status, answer.headers["Location"]) == (303, f"{BASE}/bedrijven/{company}")
    assert "Krijgt geen e-mail" not in after
    assert await leaving() == [True]
    assert await lifts(sql) == [(None, account_id, "GM9901")]
    own = await services.audit_reading.newest((await log_in()).account)
    assert [line.act for line in own].count("suppression_lifted") == 1


async def test_his_last_mail_was_not_sent_and_the_next_one_is(medewerker, account_id, report, sql):
    await medewerker.post(f"{BASE}/gebruikers/{account_id}/herstelmail")
    await report(EMAIL, MailState.REFUSED, held_back_by(NO_SUCH_USER))

    await medewerker.post(f"{BASE}/gebruikers/{account_id}/mailstop-opheffen")
    company = await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", account_id)

    told = diagnosis_in(await medewerker.reads(f"{BASE}/bedrijven/{company}"))
    assert f"De laatste e-mail aan {EMAIL} is niet verstuurd" in told
    assert "Nu sturen we wel weer e-mail naar dit adres." in told


async def test_a_mail_that_came_back_is_found_and_told_with_what_the_server_said(
    medewerker, register, report
):
    waiting = await register()
    await report(EMAIL, MailState.DELIVERED, "250 2.0.0 Ok")
    await report(EMAIL, MailState.BOUNCED, NO_SUCH_USER)

    found = await medewerker.reads(f"{BASE}?filter=mail-geweigerd")
    told = await medewerker.reads(f"{BASE}/bedrijven/{waiting.id}")

    assert "E-mail geweigerd: dit adres bestaat niet" in found
    assert "Teruggekomen: dit adres bestaat niet." in told
    assert f'<q lang="en">{NO_SUCH_USER}</q>' in told
    assert "Vraag de ondernemer om zijn e-mailadres." in told


async def test_a_program_sees_and_lifts_it_too(api, medewerker, waiting, sql, clock):
    path = f"/gemeenten/GM9901/bedrijven/{waiting.id}"

    before = await (await api.get(path, **medewerker.bearer)).json()
    lifted = await api.send("DELETE", f"{path}/mailstop", headers=medewerker.bearer)
    after = await (await api.get(path, **medewerker.bearer)).json()

    assert (before["mailstopSinds"], after["mailstopSinds"]) == (f"{clock():%Y-%m-%dT%H:%M:%SZ}", None)
    assert lifted.status == 204
    assert await lifts(sql) == [(waiting.id, None, "GM9901")]


async def test_of_a_user_as_well(api, medewerker, account_id, sql, clock):
    company = await sql.fetchval("SELECT company_id FROM accounts WHERE id = $1", account_id)
    path = f"/gemeenten/GM9901/gebruikers/{account_id}/mailstop"

    before = await (await api.get(f"/gemeenten/GM9901/bedrijven/{company}", **medewerker.bearer)).json()
    lifted = await api.send("DELETE", path, headers=medewerker.bearer)

    assert [person["mailstopSinds"] for person in before["gebruikers"]] == [f"{clock():%Y-%m-%dT%H:%M:%SZ}"]
    assert lifted.status == 204
    assert await lifts(sql) == [(None, account_id, "GM9901")]


async def test_of_another_gemeente_there_is_nothing_to_lift(api, make_medewerker, waiting):
    mia = await make_medewerker("mo@bergen.example", gemeente="GM9902")

    for code, kind in (("GM9901", "onbekende-gemeente"), ("GM9902", "onbekend-bedrijf")):
        path = f"/gemeenten/{code}/bedrijven/{waiting.id}/mailstop"
        await problem_in(await api.send("DELETE", path, headers=mia.bearer), 404, kind)
