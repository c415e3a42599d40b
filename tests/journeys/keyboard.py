"""Somebody who has only a keyboard."""

from playwright.async_api import Locator

from tests.journeys.visitor import Visitor

MOST_STOPS = 60
# The focus ring is on the control, or on the part of it that one sees.
SHOWS_FOCUS = """element => [element, ...element.querySelectorAll("*")].some(part => {
  const style = getComputedStyle(part);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
})"""
NAME = "element => element.labels?.[0]?.innerText ?? element.innerText"


async def tabs_to(visitor: Visitor, target: Locator) -> list[str]:
    """Press Tab until the focus is there; at every stop on the way it must be visible.

    Returns the names of the stops.
    """
    stops = []
    for _ in range(MOST_STOPS):
        await visitor.page.keyboard.press("Tab")
        focused = visitor.page.locator(":focus")
        assert await focused.evaluate(SHOWS_FOCUS), await focused.evaluate("element => element.outerHTML")
        stops.append(await focused.evaluate(NAME))
        if await target.evaluate("element => element === document.activeElement"):
            return stops
    raise AssertionError(f"{target} can't be reached with Tab")


async def presses_enter(visitor: Visitor) -> None:
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")
