"""The pages about people: what they show and do, and for whom there are none."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from auth_service.accounts.account import Role
from tests.integration.auth.people.scene import (
    NEW,
    REASON,
    account_id,
    block,
    changes_counted,
    invite,
    invite_staff,
)
from tests.integration.auth.scene import OTHER_PASSWORD

USERS, STAFF, OPERATORS = "/gebruikers", "/gemeente/GM9901/medewerkers", "/beheer/beheerders"


async def read(browser, path):
    """The page as somebody reads it."""
    answer = await browser.get(path)
    assert answer.status == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", await answer.text())))


async def stored(sql):
    """What acts on people may change; not the lines that tell of an act that was refused."""
    tables = ("accounts", "invitations", "codes", "audit_trail", "outbox", "sessions")
    rows = [await sql.fetch(f"SELECT * FROM {table} ORDER BY 1") for table in tables]  # noqa: S608 - our own.
    return [
        [
            {name: value for name, value in row.items() if name != "last_seen_at"}
            for row in table
            if row.get("act") != "act_refused"
        ]
        for table in rows
    ]


async def test_a_manager_sees_who_is_there_and_who_is_invited(manager, user, visit, sql):
    await block(manager, user)
    await invite(manager)
    await sql.execute(
        "UPDATE mail_trail SET state = 'refused', reply = '550 5.1.1 no such user'"
        " WHERE kind = 'invitation_issued'"
    )

    page = await read(await visit(manager), USERS)

    assert "baas@dezon.example Uzelf" in page
    assert re.search(r"gast@dezon.example Gebruiker +Geblokkeerd door uw bedrijf", page)
    assert "Hef de blokkade op" in page
    assert re.search(r"nieuw@elders.example Gebruiker +Uitgenodigd tot 30 november 2026", page)
    assert "E-mail geweigerd: dit adres bestaat niet" in page


async def test_an_invitation_that_nobody_took_is_told_to_have_expired(manager, visit):
    await invite(manager)
    manager.clock.advance(timedelta(days=7))

    page = await read(await visit(await manager.log_in()), USERS)

    assert "Verlopen op 30 november 2026" in page


async def test_an_invitation_of_who_may_no_longer_invite_is_told_to_be_void(staff, make_staff, visit, sql):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(staff)
    await sql.execute("UPDATE accounts SET state = 'blocked' WHERE email_key = $1", staff.email)

    page = await read(await visit(colleague), STAFF)

    assert re.search(r"nieuw@elders.example Medewerker +Vervallen wie uitnodigde, mag dat niet meer", page)


async def test_a_manager_invites_and_the_invited_accepts(manager, user, visit, open_browser, outbox):
    browser = await visit(manager)

    answer = await browser.post(f"{USERS}/uitnodigen", {"email": NEW, "rol": "gebruiker"})

    assert (answer.status, answer.headers["Location"]) == (303, USERS)
    assert "De uitnodiging wordt verstuurd." in await read(browser, USERS)
    code = await outbox.code()
    invited = await open_browser()
    assert "Uitnodiging aannemen" in await read(invited, "/uitnodiging")
    weak = await invited.post("/uitnodiging", {"code": code, "wachtwoord": "kort"})
    assert (weak.status, code in await weak.text()) == (400, True)
    accepted = await invited.post("/uitnodiging", {"code": code, "wachtwoord": OTHER_PASSWORD})
    assert (accepted.status, accepted.headers["Location"]) == (303, "/inloggen")
    assert "Uw account is gemaakt. U kunt nu inloggen." in await read(invited, "/inloggen")


async def test_the_same_page_answers_for_an_address_that_has_an_account(manager, visit, make_account, sql):
    await make_account(email="ander@demaan.example")
    browser = await visit(manager)
    pages = []
    for address in ("ander@demaan.example", "niemd@demaan.example"):
        await browser.post(f"{USERS}/uitnodigen", {"email": address, "rol": "gebruiker"})
        page = await read(browser, USERS)
        pages.append(page.replace(address, "adres"))
        await sql.execute("DELETE FROM invitations")

    assert pages[0] == pages[1]


async def test_a_wrong_code_is_told_in_the_words_of_an_invitation(browser):
    answer = await browser.post("/uitnodiging", {"code": "0" * 48, "wachtwoord": OTHER_PASSWORD})

    assert answer.status == 400
    assert "Vraag degene die u uitnodigde om een nieuwe uitnodiging." in await answer.text()


async def test_what_is_missing_is_asked_for_and_what_was_typed_stays(manager, visit):
    browser = await visit(manager)

    answer = await browser.post(f"{USERS}/uitnodigen", {"email": "geen adres", "rol": ""})

    page = await answer.text()
    assert answer.status == 400
    assert "Vul een geldig e-mailadres in" in page
    assert "Kies een rol." in page
    assert 'value="geen adres"' in page


async def test_an_invitation_is_sent_again_and_taken_back(manager, visit, outbox, sql):
    await invite(manager)
    await outbox.newest()
    fields = {"uitnodiging": str(await sql.fetchval("SELECT id FROM invitations"))}
    browser = await visit(manager)

    again = await browser.post(f"{USERS}/opnieuw-uitnodigen", fields)
    assert (again.status, again.headers["Location"]) == (303, USERS)
    assert (await outbox.newest()).to == NEW

    await browser.post(f"{USERS}/intrekken", fields)
    page = await read(browser, USERS)
    assert "De uitnodiging is ingetrokken." in page
    assert "Er staan geen uitnodigingen open." in page
    assert (await browser.post(f"{USERS}/intrekken", fields)).status == 404


async def test_a_manager_blocks_and_unblocks(manager, user, visit, sql):
    browser, path = await visit(manager), f"{USERS}/{await account_id(user)}"
    assert "Account blokkeren" in await read(browser, f"{path}/blokkeren")

    assert (await browser.post(f"{path}/blokkeren", {"reden": " "})).status == 400
    answer = await browser.post(f"{path}/blokkeren", {"reden": REASON})
    assert (answer.status, answer.headers["Location"]) == (303, USERS)
    assert await sql.fetchval("SELECT state FROM accounts WHERE email_key = $1", user.email) == "blocked"

    assert "Blokkade opheffen" in await read(browser, f"{path}/deblokkeren")
    await browser.post(f"{path}/deblokkeren", {"reden": "Vergissing."})
    assert "De blokkade is opgeheven." in await read(browser, USERS)
    assert await sql.fetchval("SELECT state FROM accounts WHERE email_key = $1", user.email) == "active"


async def test_what_the_gemeente_blocked_a_manager_does_not_undo(manager, user, staff, visit, sql):
    user_id = await account_id(user)
    await block(staff, user)
    browser = await visit(manager)

    page = await read(browser, USERS)
    answer = await browser.post(f"{USERS}/{user_id}/deblokkeren", {"reden": "Toch."})

    assert "Geblokkeerd door de gemeente" in page
    assert "Hef de blokkade op" not in page
    assert answer.status == 403
    assert await sql.fetchval("SELECT state FROM accounts WHERE id = $1", user_id) == "blocked"


async def test_a_manager_shares_the_management_and_stops(manager, user, visit):
    browser, own = await visit(manager), f"{USERS}/{await account_id(manager)}/rol"
    for page in (await read(browser, USERS), await read(browser, own)):
        assert "Maak eerst iemand anders beheerder." in page
        assert "Stop als beheerder" not in page
        assert "Ja, ik stop" not in page
    alone = await browser.post(own, {"rol": "gebruiker"})
    assert alone.status == 400
    assert "U bent de enige beheerder van uw bedrijf." in await alone.text()

    path = f"{USERS}/{await account_id(user)}/rol"
    assert "Beheerder maken" in await read(browser, path)
    await browser.post(path, {"rol": "ondernemer"})
    page = await read(browser, USERS)
    assert "De rol is gewijzigd." in page
    assert "Stop als beheerder" in page
    assert "Maak eerst iemand anders" not in page

    assert "Ja, ik stop als beheerder" in await read(browser, own)
    answer = await browser.post(own, {"rol": "gebruiker"})
    assert (answer.status, answer.headers["Location"]) == (303, "/inloggen")
    assert "U bent geen beheerder van uw bedrijf meer." in await read(browser, "/inloggen")


async def test_nor_does_he_stop_beside_a_manager_who_is_blocked(manager, user, visit, sql):
    await sql.execute(
        "UPDATE accounts SET role = 'ondernemer', state = 'blocked', blocked_by = 'company' WHERE id = $1",
        await account_id(user),
    )
    browser = await visit(manager)

    for path in (USERS, f"{USERS}/{await account_id(manager)}/rol"):
        assert "Maak eerst iemand anders beheerder." in await read(browser, path)


async def test_staff_look_after_their_colleagues(staff, make_staff, visit, outbox):
    colleague = await make_staff("collega@zeedorp.example")
    colleague_id = await account_id(colleague)
    browser = await visit(staff)
    assert re.search(r"collega@zeedorp.example Medewerker +Actief", await read(browser, STAFF))

    await browser.post(f"{STAFF}/uitnodigen", {"email": NEW})
    assert (await outbox.newest()).data["invitedAs"] == "gemeentemedewerker"
    path = f"/gemeente/GM9901/gebruikers/{colleague_id}/blokkeren"
    assert "Account blokkeren" in await read(browser, path)
    answer = await browser.post(path, {"reden": REASON})

    assert answer.headers["Location"] == STAFF
    assert re.search(
        r"collega@zeedorp.example Medewerker +Geblokkeerd door de gemeente", await read(browser, STAFF)
    )
    assert f"/gebruikers/{await account_id(staff)}/blokkeren" not in await (await browser.get(STAFF)).text()


async def test_staff_close_the_account_of_a_colleague_and_a_manager_that_of_a_user(
    staff, make_staff, manager, user, visit
):
    colleague = await make_staff("collega@zeedorp.example")
    for person, other, root, listed in (
        (staff, colleague, "/gemeente/GM9901/gebruikers", STAFF),
        (manager, user, USERS, USERS),
    ):
        browser, path = await visit(person), f"{root}/{await account_id(other)}/sluiten"
        assert path in await (await browser.get(listed)).text()
        assert other.email in await read(browser, path)

        assert (await browser.post(path, {"reden": " "})).status == 400
        answer = await browser.post(path, {"reden": REASON})

        assert (answer.status, answer.headers["Location"]) == (303, listed)
        page = await read(browser, listed)
        assert "Het account is gesloten." in page
        assert other.email not in page


async def test_staff_are_told_why_the_only_manager_stays(staff, manager, user, visit, sql):
    path = f"/gemeente/GM9901/gebruikers/{await account_id(manager)}/sluiten"

    answer = await (await visit(staff)).post(path, {"reden": REASON})

    assert answer.status == 400
    text = await answer.text()
    assert "Dit is de enige beheerder van het bedrijf" in text
    assert REASON in text


async def test_staff_who_block_a_user_come_back_to_his_company(staff, user, visit):
    company_id = (await user.session()).account.company_id
    path = f"/gemeente/GM9901/gebruikers/{await account_id(user)}/blokkeren"

    answer = await (await visit(staff)).post(path, {"reden": REASON})

    assert answer.headers["Location"] == f"/gemeente/GM9901/bedrijven/{company_id}"


async def test_the_rights_are_reviewed_once_a_year(staff, visit, sql):
    browser = await visit(staff)
    assert "De rechten zijn nog nooit gecontroleerd." in await read(browser, STAFF)

    await browser.post(f"{STAFF}/gecontroleerd", {})
    assert "het laatst gecontroleerd op 23 november 2026" in await read(browser, STAFF)
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'rights_reviewed'")
    assert (line["gemeente_code"], line["actor_id"]) == ("GM9901", await account_id(staff))

    staff.clock.advance(timedelta(days=366))
    await sql.execute(
        "UPDATE sessions SET started_at = $1, last_seen_at = $1, password_proven_at = $1,"
        " totp_proven_at = $1",
        staff.clock(),
    )
    assert "langer dan een jaar geleden" in await read(browser, STAFF)


async def test_staff_read_that_the_platform_reviewed_them_and_not_who(staff, operator, visit):
    await operator.services.people.rosters.note_review(await operator.session(), "GM9901")
    await operator.services.people.rosters.note_review(await operator.session(), None)

    page = await read(await visit(staff), STAFF)

    assert "door een beheerder van het systeem" in page
    assert operator.email not in page
    assert f", door {operator.email} ." in await read(await visit(operator), OPERATORS)


async def test_the_platform_looks_after_its_own(operator, make_staff, visit, outbox, sql):
    other = await make_staff("tweede@platform.example", role="beheerder")
    browser = await visit(operator)
    assert re.search(r"tweede@platform.example Beheerder +Actief", await read(browser, OPERATORS))

    await browser.post(f"{OPERATORS}/uitnodigen", {"email": NEW})
    assert (await outbox.newest()).data["invitedAs"] == "beheerder"
    path = f"/gemeente/GM9901/gebruikers/{await account_id(other)}/blokkeren"
    assert (await browser.post(path, {"reden": REASON})).headers["Location"] == OPERATORS
    await browser.post(f"{OPERATORS}/gecontroleerd", {})
    assert "Opgeslagen dat u de rechten heeft gecontroleerd." in await read(browser, OPERATORS)
    assert await sql.fetchval("SELECT gemeente_code FROM audit_trail WHERE act = 'rights_reviewed'") is None


async def test_an_operator_works_in_every_gemeente(operator, stranger, visit, outbox):
    browser = await visit(operator)

    assert "mede@bergen.example" in await read(browser, "/gemeente/GM9902/medewerkers")
    await browser.post("/gemeente/GM9902/medewerkers/uitnodigen", {"email": NEW})

    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"


async def paths_about(sql, manager, user, staff):
    """Each page and each form about people of Zeedorp, with what is right to fill in."""
    await invite(manager)
    await invite_staff(staff, "collega@zeedorp.example")
    of_company = await sql.fetchval("SELECT id FROM invitations WHERE company_id IS NOT NULL")
    of_staff = await sql.fetchval("SELECT id FROM invitations WHERE company_id IS NULL")
    user_id = await account_id(user)
    own = {
        f"{USERS}/{user_id}/rol": {"rol": "ondernemer"},
        f"{USERS}/{user_id}/blokkeren": {"reden": REASON},
        f"{USERS}/{user_id}/deblokkeren": {"reden": REASON},
        f"{USERS}/{user_id}/sluiten": {"reden": REASON},
    }
    presses = {
        f"{USERS}/intrekken": {"uitnodiging": str(of_company)},
        f"{USERS}/opnieuw-uitnodigen": {"uitnodiging": str(of_company)},
    }
    of_gemeente = {
        f"{STAFF}/uitnodigen": {"email": NEW},
        f"{STAFF}/intrekken": {"uitnodiging": str(of_staff)},
        f"{STAFF}/opnieuw-uitnodigen": {"uitnodiging": str(of_staff)},
        f"{STAFF}/gecontroleerd": {},
        f"/gemeente/GM9901/gebruikers/{user_id}/blokkeren": {"reden": REASON},
        f"/gemeente/GM9901/gebruikers/{user_id}/deblokkeren": {"reden": REASON},
        f"/gemeente/GM9901/gebruikers/{user_id}/sluiten": {"reden": REASON},
    }
    return own, presses, of_gemeente


async def test_for_a_manager_of_another_company_there_is_nobody(
    manager, user, staff, make_person, visit, sql
):
    rival = await make_person("rivaal@demaan.example")
    own, presses, of_gemeente = await paths_about(sql, manager, user, staff)
    browser = await visit(rival)
    before = await stored(sql)

    for path, fields in {**own, **presses, **of_gemeente}.items():
        assert (await browser.post(path, fields)).status == 404, path
    for path in (*own, STAFF, f"{STAFF}/uitnodigen", f"{USERS}/{uuid4()}/rol", f"{USERS}/x/blokkeren"):
        assert (await browser.get(path)).status == 404, path

    assert await stored(sql) == before
    assert "gast@dezon.example" not in await read(browser, USERS)


async def test_for_staff_of_another_gemeente_there_is_nothing(manager, user, staff, stranger, visit, sql):
    own, presses, of_gemeente = await paths_about(sql, manager, user, staff)
    user_id = await account_id(user)
    browser = await visit(stranger)
    before = await stored(sql)

    for path, fields in of_gemeente.items():
        assert (await browser.post(path, fields)).status == 404, path
        # In his own gemeente none of those is to be found.
        if not path.endswith(("uitnodigen", "gecontroleerd")) or "opnieuw" in path:
            assert (await browser.post(path.replace("GM9901", "GM9902"), fields)).status == 404, path
    for path, fields in {**own, **presses}.items():
        assert (await browser.post(path, fields)).status == 403, path
    for path in (STAFF, f"{STAFF}/uitnodigen", f"/gemeente/GM9902/gebruikers/{user_id}/blokkeren"):
        assert (await browser.get(path)).status == 404, path

    assert await stored(sql) == before


async def test_an_ordinary_user_looks_after_nobody(manager, user, staff, visit, sql):
    own, presses, of_gemeente = await paths_about(sql, manager, user, staff)
    browser = await visit(user)
    before = await stored(sql)

    for path in (USERS, f"{USERS}/uitnodigen", OPERATORS, f"{OPERATORS}/uitnodigen", *own):
        assert (await browser.get(path)).status == 403, path
    for path, fields in {**own, **presses, f"{OPERATORS}/gecontroleerd": {}}.items():
        assert (await browser.post(path, fields)).status == 403, path
    for path, fields in of_gemeente.items():
        assert (await browser.post(path, fields)).status == 404, path

    assert await stored(sql) == before


async def test_staff_of_a_gemeente_have_no_say_over_the_platform(staff, operator, visit, sql):
    operator_id = await account_id(operator)
    browser = await visit(staff)
    before = await stored(sql)

    assert (await browser.get(OPERATORS)).status == 403
    assert (await browser.post(f"{OPERATORS}/uitnodigen", {"email": NEW})).status == 403
    path = f"/gemeente/GM9901/gebruikers/{operator_id}/blokkeren"
    assert (await browser.post(path, {"reden": REASON})).status == 404

    assert await stored(sql) == before


@pytest.mark.parametrize(
    "path", ["/uitnodigen", "/{id}/rol", "/{id}/blokkeren", "/{id}/deblokkeren", "/{id}/sluiten"]
)
async def test_the_proof_is_asked_anew_and_leads_back(manager, user, visit, path):
    asked = USERS + path.format(id=await account_id(user))
    manager.clock.advance(timedelta(minutes=6))
    browser = await visit(manager)

    shown = await browser.get(asked)
    posted = await browser.post(asked, {"reden": REASON, "rol": "ondernemer", "email": NEW})

    for answer in (shown, posted):
        assert answer.headers["Location"] == f"/account/bevestigen?terug={asked}"


async def test_a_press_that_comes_too_late_leads_back_to_its_list(manager, visit, browser):
    answer = await browser.post(f"{STAFF}/gecontroleerd", {})
    assert answer.headers["Location"] == f"/inloggen?terug={STAFF}"

    answer = await browser.post(f"{USERS}/intrekken", {"uitnodiging": str(uuid4())})
    assert answer.headers["Location"] == f"/inloggen?terug={USERS}"


async def test_an_owner_reads_who_blocked_him_and_why(manager, user, visit, sql):
    await block(manager, user)
    await sql.execute("UPDATE accounts SET state = 'active'")

    page = await read(await visit(await user.log_in()), "/account/gegevens")

    assert "Het account is geblokkeerd door de beheerder van uw bedrijf." in page
    assert REASON in page


async def test_inviting_as_a_manager_reaches_no_further_than_his_role(manager, visit, sql):
    before = await changes_counted(sql)

    answer = await (await visit(manager)).post(
        f"{USERS}/uitnodigen", {"email": NEW, "rol": Role.BEHEERDER.value}
    )

    assert answer.status == 400
    assert await changes_counted(sql) == before
