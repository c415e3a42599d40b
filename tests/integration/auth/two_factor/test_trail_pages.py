"""/gemeente/{gemeente}/logboek, its file and its call: for the staff of that gemeente alone."""

import csv
import io
from datetime import timedelta
from html import unescape

import pytest

from auth_service.accounts.sessions import FRESHNESS
from tests.integration.auth.two_factor.test_reset import REASON, reset, staff

__all__ = ["staff"]

PAGE = "/gemeente/GM9901/logboek"
FILE = f"{PAGE}/bestand"
MANY = (
    "INSERT INTO audit_trail (id, happened_at, act, gemeente_code, reason)"
    " SELECT gen_random_uuid(), $1::timestamptz - number * interval '1 day', $2, $3,"
    " 'Regel ' || number || '.'"
    " FROM generate_series(1, $4) AS number"
)


@pytest.fixture
async def at_work(staff, browser):
    """A browser in which staff are logged in; what they did before is theirs to read."""
    browser.client.session.cookie_jar.update_cookies({"dnr-session": staff.token})
    return browser


async def get(api, path, who):
    return await api.send("GET", path, headers={"Authorization": f"Bearer {who.token}"})


async def read(answer):
    assert answer.status == 200
    return unescape(await answer.text())


async def download(browser, path=FILE):
    return await browser.post(path, {})


async def test_staff_read_who_did_what_to_whom_and_why(at_work, staff, enrolled):
    await reset(staff, enrolled)

    page = await read(await at_work.get(PAGE))

    assert "Logboek van de gemeente Zeedorp" in page
    line = page.partition("2FA is gereset")[2].partition("</tr>")[0]
    assert enrolled.email in line
    assert staff.email in line
    assert REASON in line


async def test_of_another_gemeente_they_read_nothing(at_work, sql, clock):
    await sql.execute(MANY, clock(), "totp_reset", "GM9902", 3)

    assert "Regel" not in await read(await at_work.get(PAGE))
    for path in ("/gemeente/GM9902/logboek", "/gemeente/x/logboek"):
        assert (await at_work.get(path)).status == 404
        assert (await download(at_work, f"{path}/bestand")).status == 404
    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'trail_exported'") == 0


async def test_who_is_no_staff_finds_nothing(enrolled, browser):
    browser.client.session.cookie_jar.update_cookies({"dnr-session": enrolled.token})

    assert (await browser.get(PAGE)).status == 404
    assert (await download(browser)).status == 404


async def test_a_page_has_fifty_lines_and_leads_to_older_ones(at_work, sql, clock):
    await sql.execute(MANY, clock() - timedelta(days=1), "gemeente_changed", "GM9901", 60)

    first = await read(await at_work.get(f"{PAGE}?soort=gemeente"))
    older = unescape(first.partition('class="pager"')[2].partition('href="')[2].partition('"')[0])
    second = await read(await at_work.get(older))

    assert first.count("Regel") == 50
    assert "Regel 50." in first
    assert second.count("Regel") == 10
    assert "Regel 51." in second
    assert "Terug naar het nieuwste" in second


async def test_a_period_is_of_whole_days_here(at_work, sql, clock):
    clock.now = clock.now.replace(hour=12)
    await sql.execute(
        "INSERT INTO audit_trail (id, happened_at, act, gemeente_code, reason) VALUES"
        " (gen_random_uuid(), '2026-10-31T22:59:59Z', 'gemeente_changed', 'GM9901', 'De dag ervoor.'),"
        " (gen_random_uuid(), '2026-10-31T23:00:00Z', 'gemeente_changed', 'GM9901', 'Net erin.'),"
        " (gen_random_uuid(), '2026-11-01T22:59:59Z', 'gemeente_changed', 'GM9901', 'Nog erin.'),"
        " (gen_random_uuid(), '2026-11-01T23:00:00Z', 'gemeente_changed', 'GM9901', 'De dag erna.')"
    )

    page = await read(await at_work.get(f"{PAGE}?vanaf=2026-11-01&tot=2026-11-01"))

    assert [text for text in ("De dag ervoor", "Net erin", "Nog erin", "De dag erna") if text in page] == [
        "Net erin",
        "Nog erin",
    ]


async def test_looking_for_an_account_finds_what_it_did_and_what_befell_it(
    at_work, staff, enrolled, sql, clock
):
    await reset(staff, enrolled)
    await sql.execute(MANY, clock(), "gemeente_changed", "GM9901", 2)

    for person in (staff, enrolled):
        page = await read(await at_work.get(f"{PAGE}?email={person.email}&soort=2fa"))
        assert "2FA is gereset" in page
        assert "Regel" not in page
    nobody = await read(await at_work.get(f"{PAGE}?email=niemand@dezon.example"))
    assert "Er is niets gevonden." in nobody


async def test_what_can_not_be_looked_for_is_said(at_work):
    answer = await at_work.get(f"{PAGE}?vanaf=gisteren")

    assert answer.status == 400
    assert "Vul een datum in, bijvoorbeeld 23-11-2026." in await answer.text()


async def test_the_file_has_all_lines_and_leaves_one(at_work, staff, sql, clock):
    await sql.execute(MANY, clock(), "gemeente_changed", "GM9901", 2_500)

    answer = await download(at_work, f"{FILE}?soort=gemeente")

    assert (answer.status, answer.content_type, answer.charset) == (200, "text/csv", "utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="logboek-GM9901.csv"'
    text = (await answer.read()).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert len({row[7] for row in rows}) == 2_500 + 2
    assert rows[1][1] == "Het logboek is gedownload"
    assert rows[1][5] == staff.email


async def test_only_the_form_on_the_page_leaves_a_line(at_work, sql):
    client, csrf = at_work.client, await at_work.token(PAGE)

    answers = [await client.get(FILE), await client.head(FILE), await client.post(FILE, data={"csrf": "x"})]

    assert [answer.status for answer in answers] == [405, 405, 403]
    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'trail_exported'") == 0
    assert (await client.post(FILE, data={"csrf": csrf})).status == 200


async def test_the_file_takes_a_fresh_proof(at_work, clock, sql):
    clock.advance(FRESHNESS)

    answer = await download(at_work, f"{FILE}?soort=2fa")

    assert answer.status == 303
    assert answer.headers["Location"].startswith("/account/bevestigen?terug=/gemeente/GM9901/logboek")
    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'trail_exported'") == 0


async def test_downloading_over_and_over_is_slowed_down(at_work):
    for _ in range(5):
        assert (await download(at_work)).status == 200

    answer = await download(at_work)

    assert answer.status == 429
    assert "Logboek van de gemeente Zeedorp" in await answer.text()


async def test_other_programs_read_it_too(api, staff, enrolled):
    await reset(staff, enrolled)

    answer = await get(api, "/gemeenten/GM9901/logboek?soort=2fa", staff)

    lines = (await answer.json())["regels"]
    assert answer.status == 200
    line = next(line for line in lines if line["handeling"] == "totp_reset")
    assert (line["account"], line["door"], line["reden"]) == (enrolled.email, staff.email, REASON)
    assert (line["rol"], line["resultaat"], line["via"]) == ("gemeentemedewerker", "gelukt", "opdracht")


async def test_other_programs_are_refused_what_is_not_theirs(api, staff, enrolled):
    for path, who, status in (
        ("/gemeenten/GM9902/logboek", staff, 404),
        ("/gemeenten/GM9901/logboek", enrolled, 404),
        ("/gemeenten/GM9901/logboek?vanaf=gisteren", staff, 400),
    ):
        assert (await get(api, path, who)).status == status
