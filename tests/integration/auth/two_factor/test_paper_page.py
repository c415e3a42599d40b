"""/2fa/herstelcodes: the codes until somebody says that he kept them, also as a file."""

from datetime import timedelta

from tests.integration.auth.two_factor.guest import PAPER, RECOVERY_CODE

FILE = "/2fa/herstelcodes/bestand"
NO_MORE = "U heeft nog 10 herstelcodes. We laten herstelcodes maar één keer zien."


async def test_the_codes_stay_until_he_says_that_he_kept_them(enrolled_guest):
    shown = RECOVERY_CODE.findall(await enrolled_guest.reads(PAPER))

    answer = await enrolled_guest.post(PAPER)

    assert len(set(enrolled_guest.codes)) == 10
    assert shown == enrolled_guest.codes
    assert answer.headers["Location"] == "/account"
    assert "U heeft uw herstelcodes bewaard." in await enrolled_guest.reads("/account")
    page = await enrolled_guest.reads(PAPER)
    assert NO_MORE in page
    assert not RECOVERY_CODE.findall(page)
    assert (await enrolled_guest.get(FILE)).headers["Location"] == PAPER


async def test_after_ten_minutes_they_are_gone_by_themselves(enrolled_guest):
    enrolled_guest.clock.advance(timedelta(minutes=10))

    assert NO_MORE in await enrolled_guest.reads(PAPER)


async def test_where_no_key_opens_them_the_other_pages_go_on(enrolled_guest, sql):
    await sql.execute("UPDATE shown_recovery_codes SET key_fingerprint = 'of another key'")

    assert (await enrolled_guest.get("/account")).status == 200
    assert (await enrolled_guest.get(PAPER)).status == 503


async def test_nobody_else_sees_them(enrolled_guest, open_browser):
    elsewhere = enrolled_guest.elsewhere(await open_browser())
    await elsewhere.log_in()
    await elsewhere.post("/inloggen/code", code=elsewhere.phone.code())

    assert NO_MORE in await elsewhere.reads(PAPER)


async def test_the_file_is_saved_under_a_name_that_tells_nothing_and_kept_by_nobody_else(enrolled_guest):
    answer = await enrolled_guest.get(FILE)

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="herstelcodes.txt"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_file_says_what_the_page_says_in_lines_that_every_editor_knows(enrolled_guest):
    text = (await (await enrolled_guest.get(FILE)).read()).decode()

    assert text.count("\n") == text.count("\r\n") == len(text.split("\r\n")) - 1
    lines = text.split("\r\n")
    assert [line for line in lines if line in enrolled_guest.codes] == enrolled_guest.codes
    assert lines[1] == "Account: jan@dezon.example"
    assert lines[-2:] == ["Hulp: gemeente Zeedorp, help@zeedorp.example, 0228 123 456", ""]


async def test_new_ones_take_the_place_of_the_old(enrolled_guest, open_browser):
    await enrolled_guest.post(PAPER)

    answer = await enrolled_guest.post("/account/2fa/herstelcodes")

    assert answer.headers["Location"] == "/2fa/herstelcodes?terug=/account/2fa"
    fresh = RECOVERY_CODE.findall(await enrolled_guest.reads(answer.headers["Location"]))
    elsewhere = enrolled_guest.elsewhere(await open_browser())
    await elsewhere.log_in()
    old, new = [
        (await elsewhere.post("/inloggen/herstelcode", code=codes[0])).status
        for codes in (enrolled_guest.codes, fresh)
    ]
    assert (len(set(fresh)), old, new) == (10, 400, 303)


async def test_who_has_few_left_is_told_so(enrolled_guest, sql):
    plenty = await enrolled_guest.reads("/account/2fa")
    await sql.execute(
        "UPDATE recovery_codes SET used_at = now()"
        " WHERE digest <> (SELECT digest FROM recovery_codes ORDER BY digest LIMIT 1)"
    )

    few = await enrolled_guest.reads("/account/2fa")

    assert "U heeft nog 10 herstelcodes." in plenty
    assert "maar weinig" not in plenty
    assert "U heeft nog 1 herstelcode." in few
    assert "U heeft nog maar weinig herstelcodes." in few
