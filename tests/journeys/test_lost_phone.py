"""When the phone is gone: a recovery code, and resetting it oneself; and when others decide about it."""

from tests.journeys.authenticator import Authenticator
from tests.journeys.mailbox import RECOVERY_CODE_USED, TOTP_RESET
from tests.journeys.two_factor import (
    ACCOUNT,
    ASKING,
    CODE,
    CODE_FIELD,
    PAPER,
    SETUP,
    enrol,
    log_in,
    shown_codes,
    shown_key,
)

PROOF = "/account/bevestigen"
# What somebody proved, long ago.
STALE = (
    "UPDATE sessions SET password_proven_at = password_proven_at - interval '10 minutes',"
    " totp_proven_at = totp_proven_at - interval '10 minutes'"
)


async def test_a_recovery_code_lets_its_owner_in_and_the_reset_leads_to_a_new_phone(
    visitor, make_account, make_door, mailbox, sql
):
    person, door = await make_account(ASKING), await make_door()
    await log_in(door, person)
    codes = (await enrol(door)).recovery_codes

    await visitor.logs_in(person.email, person.password)
    await visitor.is_on(CODE)
    await visitor.follows("Log in met een herstelcode")
    await visitor.types({"Herstelcode": codes[4].lower()})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")
    await visitor.reads("Heeft u een nieuwe telefoon? Ga dan naar Tweefactorauthenticatie en reset 2FA.")
    assert "U heeft nog 9 herstelcodes." in (await mailbox.newest(person.email, RECOVERY_CODE_USED)).text

    await visitor.opens(ACCOUNT)
    await sql.execute(STALE)
    await visitor.follows("2FA resetten")
    await visitor.is_on(PROOF)
    await visitor.types({"Wachtwoord": person.password, "6-cijferige code of herstelcode": codes[5]})
    await visitor.presses("Bevestigen")
    await visitor.is_on("/account/2fa/resetten")
    await visitor.reads("Weet u het zeker? Na het resetten werkt de oude code in uw app niet meer.")
    await visitor.presses("2FA resetten")
    await visitor.is_on("/inloggen")
    await visitor.reads("2FA is gereset. U stelt 2FA opnieuw in als u de volgende keer inlogt.")
    await mailbox.newest(person.email, TOTP_RESET)

    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on(SETUP)
    await visitor.types({CODE_FIELD: await Authenticator(await shown_key(visitor)).next_code()})
    await visitor.presses("2FA instellen")
    await visitor.is_on(PAPER)


async def test_new_recovery_codes_are_shown_once_more(visitor, make_account):
    person = await make_account()
    await log_in(visitor.door, person)
    codes = (await enrol(visitor.door)).recovery_codes
    await visitor.opens(PAPER)
    assert await shown_codes(visitor) == codes
    await visitor.presses("Ik heb ze bewaard")
    await visitor.opens(PAPER)
    await visitor.reads("We laten herstelcodes maar één keer zien.")

    await visitor.follows("Maak dan nieuwe herstelcodes")
    await visitor.presses("Maak nieuwe herstelcodes")

    await visitor.is_on(PAPER)
    assert not set(await shown_codes(visitor)) & set(codes)


async def test_the_codes_can_be_downloaded(visitor, make_account):
    await log_in(visitor.door, await make_account())
    codes = (await enrol(visitor.door)).recovery_codes
    await visitor.opens(PAPER)

    async with visitor.page.expect_download() as started:
        await visitor.page.get_by_role("link", name="Download de codes").click()

    download = await started.value
    assert download.suggested_filename == "herstelcodes.txt"
    text = (await download.path()).read_text(encoding="utf-8")
    assert [code for code in codes if code not in text] == []


async def test_once_the_gemeente_asks_for_it_the_next_click_leads_to_setting_it_up(
    visitor, make_account, sql
):
    person = await make_account()
    await visitor.logs_in(person.email, person.password)
    await visitor.is_on("/account")

    await sql.execute("UPDATE gemeenten SET totp_required = true WHERE name = $1", person.place)
    try:
        await visitor.follows("Tweefactorauthenticatie")
        await visitor.is_on(SETUP)
        await visitor.reads("De gemeente Zeedorp vraagt om extra beveiliging: tweefactorauthenticatie (2FA).")
        await visitor.types({CODE_FIELD: await Authenticator(await shown_key(visitor)).next_code()})
        await visitor.presses("2FA instellen")
        await visitor.presses("Ik heb ze bewaard")
    finally:
        await sql.execute("UPDATE gemeenten SET totp_required = false WHERE name = $1", person.place)

    await visitor.is_on(ACCOUNT)
