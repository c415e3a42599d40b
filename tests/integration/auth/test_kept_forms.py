"""A form that was being filled in is not lost when its session turns out to be over, or to owe something."""

from datetime import timedelta
from html import unescape

import aiohttp_jinja2
import jinja2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from auth_service.flows.clean_up import CleanUp
from auth_service.flows.kept_forms import LONGEST_FORM
from auth_service.web import kept_forms
from auth_service.web.form_view import NEVER_SHOWN, FormView
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.rendering import render
from auth_service.web.signed_in import require_fresh_login, require_login
from tests.integration.auth.browsing import ADDRESS, Browser
from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.serving import SiteServer

PAGE = "/account/proef"
CREDENTIALS = {"email": ADDRESS, "wachtwoord": PASSWORD}
TYPED = {"naamOnderneming": "Pension De Maan & Zn", "adres": "Kerkstraat 7"}
TEMPLATE = """
{% extends "account_layout.html" %}
{% from "macros.html" import csrf_field, form_owner, text_field %}
{% set menu_item = none %}
{% block title %}Proef{% endblock %}
{% block content %}
<h1>Proef</h1>
<form method="post">
  {{ csrf_field(csrf) }}
  {{ form_owner(account_id) }}
  {% for name in form.values %}{{ text_field(form, name, name) }}{% endfor %}
</form>
{% endblock %}
"""
STILL_THERE = "Wat u had ingevuld, vindt u straks terug."
NOT_SAVED_YET = (
    "Wat u had ingevuld, is nog niet opgeslagen. Controleer het en klik op de knop onder het formulier."
)
LOST = "Wat u had ingevuld, is niet opgeslagen."


async def get_page(request):
    logged_in = await require_login(request)
    form = FormView(await kept_form(request, logged_in) or {"adres": "Dorpsstraat 12"})
    return render(request, "proef.html", {"form": form, "account_id": logged_in.account.id})


async def post_page(request):
    logged_in = await require_login(request)
    saved = await own_fields(request, logged_in)
    return web.json_response(saved)


async def post_what_matters(request):
    await require_fresh_login(request)
    return web.Response()


@pytest.fixture
async def open_page(services, monkeypatch):
    """Somebody with a browser, on a site that has a page which keeps its form, and one which doesn't."""
    monkeypatch.setattr(kept_forms, "PAGES_THAT_KEEP", frozenset({PAGE, f"{PAGE}/weegt"}))
    server = SiteServer(services)
    environment = aiohttp_jinja2.get_env(server.app)
    environment.loader = jinja2.ChoiceLoader(
        [environment.loader, jinja2.DictLoader({"proef.html": TEMPLATE})]
    )
    server.app.add_routes(
        [
            web.get(PAGE, get_page),
            web.post(PAGE, post_page),
            web.get(f"{PAGE}/weegt", get_page),
            web.post(f"{PAGE}/weegt", post_what_matters),
            web.get(f"{PAGE}/vergeet", get_page),
            web.post(f"{PAGE}/vergeet", post_page),
        ]
    )
    async with TestClient(server) as client:
        yield Browser(client)


@pytest.fixture
async def browser(open_page, make_account):
    await make_account()
    await open_page.post("/inloggen", CREDENTIALS)
    return open_page


@pytest.fixture
async def owner(sql, browser):
    return {"account": str(await sql.fetchval("SELECT id FROM accounts"))}


async def send(browser, fields, path=PAGE):
    """From a form that was open for a while."""
    data = {"csrf": browser.cookie("dnr-csrf"), **fields}
    return await browser.client.post(path, data=data, allow_redirects=False)


async def read(browser, path=PAGE):
    return unescape(await (await browser.get(path)).text())


async def log_in_again(browser, credentials=CREDENTIALS):
    assert (await browser.post("/inloggen", credentials)).status == 303


async def test_what_was_filled_in_is_there_again_after_logging_in_and_only_once(browser, owner, clock):
    clock.advance(timedelta(minutes=31))

    refused = await send(browser, {**owner, **TYPED})

    assert (refused.status, refused.headers["Location"]) == (303, f"/inloggen?terug={PAGE}")
    assert f"omdat u 30 minuten niets heeft gedaan. Log opnieuw in. {STILL_THERE}" in await read(
        browser, "/inloggen"
    )
    await log_in_again(browser)
    page = await read(browser)
    assert all(f'value="{text}"' in page for text in TYPED.values())
    assert NOT_SAVED_YET in page
    again = await read(browser)
    assert "Kerkstraat 7" not in again
    assert NOT_SAVED_YET not in again


async def test_a_session_that_is_gone_loses_nothing_either(browser, owner, sql):
    await sql.execute("DELETE FROM sessions")

    await send(browser, {**owner, **TYPED})

    assert f"Uw sessie is verlopen. Log opnieuw in. {STILL_THERE}" in await read(browser, "/inloggen")
    await log_in_again(browser)
    assert "Kerkstraat 7" in await read(browser)


async def test_a_policy_that_changes_meanwhile_loses_nothing(browser, owner, sql):
    await sql.execute("UPDATE gemeenten SET totp_required = true")

    refused = await send(browser, {**owner, **TYPED})

    assert refused.headers["Location"] == f"/2fa/instellen?terug={PAGE}"
    await sql.execute("UPDATE gemeenten SET totp_required = false")
    page = await read(browser)
    assert "Kerkstraat 7" in page
    assert f"{STILL_THERE} {NOT_SAVED_YET}" in page


async def test_a_proof_that_is_asked_for_loses_nothing(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=6))

    refused = await send(browser, {**owner, **TYPED}, f"{PAGE}/weegt")

    assert refused.headers["Location"] == f"/account/bevestigen?terug={PAGE}/weegt"
    assert await sql.fetchval("SELECT path FROM kept_forms") == f"{PAGE}/weegt"


async def test_another_account_in_that_browser_sees_nothing_of_it(browser, owner, clock, make_account):
    await make_account(email="piet@dezon.example")
    clock.advance(timedelta(minutes=31))
    await send(browser, {**owner, **TYPED})

    await log_in_again(browser, {**CREDENTIALS, "email": "piet@dezon.example"})
    assert "Kerkstraat 7" not in await read(browser)

    await log_in_again(browser)
    assert "Kerkstraat 7" in await read(browser)


async def test_a_form_of_another_account_is_not_saved(browser, owner, make_account):
    await make_account(email="piet@dezon.example")
    await log_in_again(browser, {**CREDENTIALS, "email": "piet@dezon.example"})

    refused = await send(browser, {**owner, **TYPED})

    assert refused.status == 403
    assert "Uw gegevens zijn niet opgeslagen." in await refused.text()


async def test_the_own_form_is_saved_without_what_only_says_whose_it_is(browser, owner):
    saved = await send(browser, {**owner, **TYPED})

    assert await saved.json() == TYPED


async def test_passwords_and_codes_are_never_kept(browser, owner, clock):
    clock.advance(timedelta(minutes=31))
    secret = dict.fromkeys({*NEVER_SHOWN, "code"}, "geheim")

    await send(browser, {**owner, **TYPED, **secret})

    await log_in_again(browser)
    page = await read(browser)
    assert "Kerkstraat 7" in page
    assert "geheim" not in page


async def test_what_is_kept_can_not_be_read_in_the_database(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=31))

    await send(browser, {**owner, **TYPED})

    (row,) = await sql.fetch("SELECT kept_forms::text FROM kept_forms")
    assert "Kerkstraat" not in row["kept_forms"]
    assert browser.cookie("dnr-form") not in row["kept_forms"]


async def test_after_an_hour_it_is_gone_and_then_swept(browser, owner, clock, sql, settings, database):
    clock.advance(timedelta(minutes=31))
    await send(browser, {**owner, **TYPED})
    clock.advance(timedelta(hours=1))

    await log_in_again(browser)
    assert "Kerkstraat 7" not in await read(browser)
    await CleanUp(database, settings.session_limits, clock).sweep()
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


NOT_KEPT = {
    "of nobody": {"account": "0b5f7a1c-0000-4000-8000-000000000000"},
    "of no account": {"account": "x"},
    "too long": {"adres": "x" * (LONGEST_FORM + 1)},
}


@pytest.mark.parametrize("fields", NOT_KEPT.values(), ids=NOT_KEPT)
async def test_what_is_not_kept_is_said_to_be_lost(browser, owner, clock, sql, fields):
    clock.advance(timedelta(minutes=31))

    await send(browser, {**owner, **TYPED, **fields})

    assert f"Log opnieuw in. {LOST}" in await read(browser, "/inloggen")
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


async def test_a_page_that_keeps_nothing_says_that_it_is_lost(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=31))

    await send(browser, {**owner, **TYPED}, f"{PAGE}/vergeet")

    assert f"Log opnieuw in. {LOST}" in await read(browser, "/inloggen")
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


async def test_a_forged_form_is_not_kept(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=31))

    forged = await send(browser, {**owner, **TYPED, "csrf": "x"})

    assert forged.status == 403
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


async def test_nobody_can_fill_the_table(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=31))
    for _ in range(65):
        await send(browser, {**owner, **TYPED})

    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 60
    assert LOST in await read(browser, "/inloggen")


async def test_a_key_that_was_taken_away_loses_the_form_and_no_more(browser, owner, clock, sql):
    clock.advance(timedelta(minutes=31))
    await send(browser, {**owner, **TYPED})
    await sql.execute("UPDATE kept_forms SET key_fingerprint = 'another'")

    await log_in_again(browser)

    assert "Dorpsstraat 12" in await read(browser)
