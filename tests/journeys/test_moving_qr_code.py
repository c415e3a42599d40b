"""The QR code that changes by itself, the button that stops it, and the key to copy instead (R-43, R-49)."""

from playwright.async_api import expect

from tests.journeys.authenticator import STEP_SECONDS, Authenticator, scan, step_now
from tests.journeys.conftest import WAIT_MS
from tests.journeys.two_factor import CODE_FIELD, PAPER, SETUP, shown_key

STEP_MS = STEP_SECONDS * 1_000
# Whatever it says, however shortly.
LISTEN = """() => {
  const status = document.querySelector("[data-status]");
  window.heard = [];
  new MutationObserver(() => window.heard.push(status.textContent)).observe(
    status, { childList: true, characterData: true, subtree: true });
}"""


async def arrives(visitor, person):
    await visitor.logs_in(person.email, person.password)
    await visitor.opens(SETUP)


async def test_it_changes_with_the_step_until_it_is_stopped_and_then_works_for_longer(
    visitor, make_account, sql
):
    await visitor.page.clock.install()
    await arrives(visitor, await make_account())
    page, offer = visitor.page, visitor.page.locator("[data-offer]")
    await page.evaluate(LISTEN)
    first, began = await shown_key(visitor), int(await offer.get_attribute("data-offer"))
    await expect(page.get_by_text("Nieuwe QR-code over")).to_be_visible()
    await visitor.reads("Wacht tot u ziet dat de QR-code verandert.")
    await expect(page.get_by_text("U kunt hem meteen scannen.")).to_be_hidden()

    # The one real change that any of these tests waits for.
    await expect(offer).not_to_have_attribute("data-offer", str(began), timeout=STEP_MS + WAIT_MS)
    assert began < int(await offer.get_attribute("data-offer")) <= step_now()
    assert await shown_key(visitor) != first
    assert (await scan(page)).secret == await shown_key(visitor)
    assert await page.evaluate("window.heard.filter(text => text)") == []

    stop = visitor.button("Zet de QR-code stil")
    await stop.click()
    await visitor.hears("De QR-code staat stil. Hij blijft werken zolang u hier bezig bent.")
    await expect(page.get_by_text("Nieuwe QR-code over")).to_be_hidden()
    stopped = await shown_key(visitor)
    # As long as the page would have been open.
    await page.clock.fast_forward("20:00")
    assert await shown_key(visitor) == stopped
    await sql.execute(
        "UPDATE totp_offers SET offered_at = offered_at - interval '20 minutes', step = step - 40"
    )
    await visitor.types({CODE_FIELD: await Authenticator(stopped).next_code()})
    await visitor.presses("2FA instellen")
    await visitor.is_on(PAPER)


async def test_it_goes_on_changing_on_request(visitor, make_account):
    await arrives(visitor, await make_account())
    await visitor.button("Zet de QR-code stil").click()
    await visitor.hears("De QR-code staat stil.")

    await visitor.button("Laat de QR-code weer veranderen").click()

    await expect(visitor.page.get_by_text("Nieuwe QR-code over")).to_be_visible()
    await expect(visitor.page.get_by_role("status")).to_be_empty()
    await expect(visitor.button("Zet de QR-code stil")).to_be_visible()


async def test_the_key_can_be_copied_with_the_green_button(visitor, make_account):
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visitor.site)
    await arrives(visitor, await make_account())

    await visitor.button("Kopieer de code").click()

    await visitor.hears("De code is gekopieerd.")
    copied = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == await shown_key(visitor)


async def test_what_was_copied_is_said_to_work_also_once_another_key_is_shown(visitor, make_account):
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visitor.site)
    await visitor.page.clock.install()
    await arrives(visitor, await make_account())
    await visitor.button("Kopieer de code").click()
    told = "De code is gekopieerd. Hij blijft werken, ook als de QR-code verandert."
    await visitor.hears(told)

    key = visitor.page.locator("[data-key]")
    await key.evaluate("key => { key.textContent = 'former'; }")
    await visitor.page.clock.fast_forward(STEP_MS)
    await expect(key).not_to_have_text("former")

    await visitor.hears(told)


async def test_where_copying_is_refused_it_says_how_else(visitor, make_account):
    # All permissions that aren't named are refused.
    await visitor.page.context.grant_permissions(["geolocation"], origin=visitor.site)
    await arrives(visitor, await make_account())

    await visitor.button("Kopieer de code").click()

    await visitor.hears("Kopiëren lukt niet. Selecteer de code en kopieer hem zelf.")
