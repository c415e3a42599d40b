"""Every page in every state by WCAG 2.2 A and AA (axe-core), on a wide and on a narrow screen."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults

from tests.journeys.mailbox import ACTIVATION, KNOWN_ADDRESS, PASSWORD_CHANGED, RESET
from tests.journeys.page_states import STATES, Scene
from tests.journeys.people import OTHER_PASSWORD
from tests.journeys.staff_walks import WALKS as WALKS_OF_STAFF
from tests.journeys.two_factor_walks import WALKS, Walker

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDTHS = (1280, 320)
ALL_WALKS = WALKS | WALKS_OF_STAFF
# Not the package's own `run`, which sends the script and fetches everything that passed for each run.
RUN = "options => axe.run(options).then(({violations}) => ({violations}))"


async def assert_accessible(page, *further_tags):
    # Axe looks at contrast too, and would see colours half-way a transition.
    await page.emulate_media(reduced_motion="reduce")
    options = {"runOnly": [*WCAG, *further_tags], "resultTypes": ["violations"]}
    await page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        results = AxeResults(await page.evaluate(RUN, options))
        assert results.violations_count == 0, f"{width} px: {results.generate_report()}"
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"


@pytest.mark.parametrize("state", STATES)
async def test_a_page_is_accessible(visitor, make_account, state):
    await STATES[state](Scene(visitor, make_account))

    await assert_accessible(visitor.page, "best-practice")


@pytest.mark.parametrize("walk", ALL_WALKS)
async def test_every_page_on_a_walk_is_accessible(visitor, make_account, make_door, sql, walk):
    async for _state in ALL_WALKS[walk](Walker(visitor, make_account, make_door, sql)):
        await assert_accessible(visitor.page, "best-practice")


async def test_every_mail_and_the_mailbox_are_accessible(visitor, make_account, mailbox):
    person = await make_account()
    await visitor.door.send("/registreren", person.posted)
    await visitor.door.send("/wachtwoord-vergeten", {"email": person.email})
    code = (await mailbox.newest(person.email, RESET)).code
    await visitor.door.send("/wachtwoord-herstellen", {"code": code, "nieuwWachtwoord": OTHER_PASSWORD})
    subjects = (ACTIVATION, KNOWN_ADDRESS, RESET, PASSWORD_CHANGED)
    mails = [await mailbox.newest(person.email, subject) for subject in subjects]

    for mail in mails:
        await visitor.page.set_content(mail.html)
        # Landmarks, which best practice asks for, are for pages: a mail is shown inside one.
        await assert_accessible(visitor.page)
    for path in ("/", f"/mail/{mails[0].id}"):
        await visitor.opens(f"{mailbox.address}{path}")
        await assert_accessible(visitor.page, "best-practice")
