"""Budgets of tries: some at once, then one with each pause, and never a lock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.attempt_budgets import (
    BUDGETS,
    Act,
    Budget,
    MailKind,
    OwnBrowser,
    login_claims,
    login_work_claims,
    mail_claims,
)
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIVE = Budget("five", Act.LOGIN, at_once=5, pause=MINUTE)
README = Path(__file__).parents[3] / "README.md"


def with_one_more(budget, rested_at, now):
    """As the table counts, which is tested where the table is."""
    return max(rested_at, now) + budget.pause


def wait_of_next(budget, rested_at, now):
    return budget.wait(with_one_more(budget, rested_at, now), now)


def try_as_often_as_allowed(budget, rested_at, now):
    allowed = 0
    while wait_of_next(budget, rested_at, now) <= timedelta():
        rested_at = with_one_more(budget, rested_at, now)
        allowed += 1
    return allowed, rested_at


def test_some_tries_are_allowed_at_once_and_then_one_with_each_pause():
    allowed, rested_at = try_as_often_as_allowed(FIVE, NOW, NOW)

    assert allowed == 5
    assert wait_of_next(FIVE, rested_at, NOW) == MINUTE
    assert try_as_often_as_allowed(FIVE, rested_at, NOW + MINUTE)[0] == 1
    assert try_as_often_as_allowed(FIVE, rested_at, NOW + 3 * MINUTE)[0] == 3


def test_a_budget_left_alone_is_whole_again_and_never_more_than_whole():
    _, rested_at = try_as_often_as_allowed(FIVE, NOW, NOW)

    assert rested_at == NOW + 5 * MINUTE
    assert try_as_often_as_allowed(FIVE, rested_at, NOW + timedelta(days=30))[0] == 5


@given(st.lists(st.integers(min_value=0, max_value=600), max_size=60))
def test_however_tries_are_spread_the_wait_is_one_pause_at_most_and_the_rate_is_kept(seconds_between):
    rested_at, now, allowed = NOW, NOW, 0
    for seconds in seconds_between:
        now += timedelta(seconds=seconds)
        if wait_of_next(FIVE, rested_at, now) <= timedelta():
            rested_at = with_one_more(FIVE, rested_at, now)
            allowed += 1
        assert wait_of_next(FIVE, rested_at, now) <= FIVE.pause
    assert allowed <= FIVE.at_once + (now - NOW) / FIVE.pause


def keys(claims):
    return {claim.key for claim in claims}


VISITOR = Visitor("192.0.2.1")
BROWSER, RECEIPT = token_digest("browser"), token_digest("receipt")


@pytest.mark.parametrize(
    "claims",
    [
        *(
            (
                *login_claims(VISITOR, "jan@example.nl", known_browser=known),
                *login_work_claims(VISITOR, known_browser=known),
            )
            for known in (BROWSER, None)
        ),
        *(
            mail_claims(VISITOR, "jan@example.nl", kind, own=own)
            for kind in MailKind
            for own in (None, OwnBrowser(BROWSER, is_proven=True), OwnBrowser(RECEIPT, is_proven=False))
        ),
    ],
    ids=lambda claims: " ".join(claim.budget.name for claim in claims),
)
def test_one_try_is_never_counted_twice_on_a_budget(claims):
    """The table refuses that."""
    assert len(keys(claims)) == len(claims)


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_no_pause_is_as_long_as_a_day(budget):
    """PostgreSQL adds a day by the calendar, which has days of 23 and 25 hours."""
    assert budget.pause < timedelta(days=1)


def test_people_at_other_networks_or_with_other_addresses_share_only_the_wide_budgets():
    here = login_claims(Visitor("192.0.2.1"), "jan@example.nl", known_browser=None)
    elsewhere = login_claims(Visitor("192.0.2.2"), "jan@example.nl", known_browser=None)
    neighbour = login_claims(Visitor("192.0.2.1"), "piet@example.nl", known_browser=None)

    assert [len(keys(here) & keys(other)) for other in (here, elsewhere, neighbour)] == [4, 1, 1]


def test_a_known_browser_shares_no_budget_with_strangers():
    stranger = login_claims(Visitor("192.0.2.1"), "jan@example.nl", known_browser=None)
    owner = login_claims(Visitor("192.0.2.1"), "jan@example.nl", known_browser=BROWSER)

    assert not keys(stranger) & keys(owner)


@pytest.mark.parametrize("own", [OwnBrowser(BROWSER, is_proven=True), OwnBrowser(RECEIPT, is_proven=False)])
def test_an_own_browser_shares_no_mail_budget_with_who_has_none(own):
    stranger = mail_claims(Visitor("192.0.2.1"), "jan@example.nl", MailKind.RESET, own=None)
    owner = mail_claims(Visitor("192.0.2.1"), "jan@example.nl", MailKind.RESET, own=own)

    assert not keys(stranger) & keys(owner)


def test_only_a_proven_browser_shares_nothing_with_others_that_registered_the_address():
    def shared(*, is_proven):
        browsers = [OwnBrowser(digest, is_proven=is_proven) for digest in (BROWSER, RECEIPT)]
        one, other = (
            mail_claims(Visitor(f"192.0.2.{number}"), "jan@example.nl", MailKind.CODE, own=own)
            for number, own in enumerate(browsers)
        )
        return len(keys(one) & keys(other))

    assert (shared(is_proven=True), shared(is_proven=False)) == (0, 1)


def test_a_few_networks_cannot_use_up_what_is_for_all():
    budgets = {budget.name: budget for budget in BUDGETS}
    for here, wide in (
        ("login_here_long", "login_account"),
        ("mail_here_long", "mail_address"),
        ("mail_registered_here", "mail_registered"),
    ):
        assert budgets[here].at_once <= budgets[wide].at_once
        assert budgets[here].pause >= 10 * budgets[wide].pause


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
def test_the_readme_tells_every_budget(budget):
    row = next(line for line in README.read_text().splitlines() if line.startswith(f"| `{budget.name}`"))

    minutes, seconds = divmod(int(budget.pause.total_seconds()), 60)
    pause = f"{minutes} min" if minutes else f"{seconds} s"
    assert [cell.strip() for cell in row.split("|")][3:5] == [str(budget.at_once), pause]
