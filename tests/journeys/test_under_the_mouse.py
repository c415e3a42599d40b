"""What is under the mouse can still be read (WCAG 1.4.3), which no check of a page at rest sees."""

from tests.journeys.staff import account_of, give_work
from tests.journeys.two_factor import ACCOUNT, PAPER, SETUP, enrol, log_in

ENOUGH = 4.5
PAGES_WHEN_ON = (ACCOUNT, PAPER, "/account/2fa/resetten", "/account/2fa/herstelcodes")
# WCAG 2.2, "contrast ratio" and "relative luminance".
CONTRAST = """element => {
  const style = getComputedStyle(element);
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[0-9.]+/g).slice(0, 3).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [darker, lighter] = [style.color, style.backgroundColor].map(luminance).sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}"""


async def unreadable_buttons(visitor, path):
    """The buttons of that page whose words have too little contrast under the mouse."""
    await visitor.opens(path)
    buttons = visitor.page.locator(".button:visible")
    found = {}
    for button in await buttons.all():
        await button.hover()
        name, contrast = await button.inner_text(), await button.evaluate(CONTRAST)
        if contrast < ENOUGH:
            found[path, name] = contrast
    assert await buttons.count(), f"no button on {path}"
    return found


async def test_the_words_of_every_button_can_be_read_under_the_mouse(visitor, make_account):
    # At once in its last colours, not half-way a transition.
    await visitor.page.emulate_media(reduced_motion="reduce")
    await log_in(visitor.door, await make_account())
    unreadable = {}
    for path in ("/account/wachtwoord", ACCOUNT, SETUP):
        unreadable |= await unreadable_buttons(visitor, path)
    await enrol(visitor.door)
    for path in PAGES_WHEN_ON:
        unreadable |= await unreadable_buttons(visitor, path)

    assert not unreadable


async def test_those_of_a_helpdesk_too(visitor, make_account, sql):
    await visitor.page.emulate_media(reduced_motion="reduce")
    owner, person = await account_of(sql, await make_account()), await make_account()
    await give_work(sql, person)
    await log_in(visitor.door, person)
    await enrol(visitor.door)
    # The kinds of buttons that there are, each in its surroundings.
    unreadable = {}
    for path in (
        f"bedrijven/{owner['company_id']}",
        f"gebruikers/{owner['id']}/blokkeren",
        "medewerkers",
        "2fa",
    ):
        unreadable |= await unreadable_buttons(visitor, f"/gemeente/GM9901/{path}")

    assert not unreadable
