"""The doors: what a browser gets, and what it is refused."""

import re
from datetime import timedelta
from html import unescape
from ipaddress import ip_network

import pytest
from structlog.testing import capture_logs

from auth_service.flows.own_hosts import LOOK_AGAIN
from auth_service.storage.database import open_database
from auth_service.web.app import ROUTES
from auth_service.web.security_headers import ALWAYS
from auth_service.wiring import build_services
from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.hostile.scene import address_of
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD

PAGES = sorted({route.path for route in ROUTES if route.method == "GET"})


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers_with_every_security_header(browser, path):
    response = await browser.get(address_of(path))

    assert response.status in (200, 303)
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
    assert "form-action 'self';" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in response.headers


async def test_behind_https_cookies_are_bound_to_the_host_and_hsts_is_sent(
    settings, database, hashing, clock, open_browser
):
    https = settings.model_copy(update={"public_url": "https://inloggen.example.nl"})
    browser = await open_browser(build_services(https, database, hashing, clock))

    response = await browser.client.get("/inloggen", headers={"Host": "inloggen.example.nl"})

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-dnr-csrf=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


async def test_the_whole_way_from_registration_to_logging_out(browser, outbox):
    registered = await browser.post("/registreren", REGISTRATION)
    assert (registered.status, registered.headers["Location"]) == (303, "/registreren/gelukt")

    activated = await browser.post("/activeren", {"code": f" {(await outbox.code()).upper()}\n"})
    assert (activated.status, activated.headers["Location"]) == (303, "/inloggen")
    assert "Uw e-mailadres is bevestigd. U kunt nu inloggen." in await (await browser.get("/inloggen")).text()

    logged_in = await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    assert (logged_in.status, logged_in.headers["Location"]) == (303, "/account")
    assert "Pension De Zon" in await (await browser.get("/account")).text()

    logged_out = await browser.post_from("/account", "/uitloggen")
    assert logged_out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "U bent uitgelogd." in await (await browser.get("/inloggen")).text()
    assert (await browser.get("/account")).headers["Location"] == "/inloggen?terug=/account"


async def test_a_notice_is_shown_once(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    await browser.post_from("/account", "/uitloggen")

    assert "U bent uitgelogd." in await (await browser.get("/inloggen")).text()
    assert "U bent uitgelogd." not in await (await browser.get("/inloggen")).text()


async def test_refused_input_comes_back_with_all_that_was_typed_but_the_password(browser):
    response = await browser.post("/registreren", {**REGISTRATION, "postcode": "12 <b>"})

    page = await response.text()
    assert response.status == 400
    assert "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB." in page
    assert 'value="Pension De Zon"' in page
    assert "12 &lt;b&gt;" in page
    assert PASSWORD not in page


async def test_the_gemeente_chosen_for_an_ambiguous_place_survives_another_mistake(browser, outbox):
    ambiguous = {**REGISTRATION, "woonplaats": "Rijswijk"}
    asked = await browser.post("/registreren", ambiguous)
    assert '<option value="GM9902">Bergen</option>' in await asked.text()

    mistaken = await browser.post("/registreren", {**ambiguous, "gemeente": "GM9902", "postcode": ""})
    assert '<option value="GM9902" selected>Bergen</option>' in await mistaken.text()

    await browser.post("/registreren", {**ambiguous, "gemeente": "GM9902"})
    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"


async def test_looking_at_the_mailed_page_uses_nothing_up(browser, outbox):
    await browser.post("/registreren", REGISTRATION)
    code = await outbox.code()

    for path in ("/activeren", f"/activeren?code={code}"):
        for _ in range(5):
            assert (await browser.client.get(path)).status == 200
            assert (await browser.client.head(path)).status == 200

    assert (await browser.post("/activeren", {"code": code})).status == 303


async def test_another_browser_is_asked_for_the_password(browser, open_browser, outbox):
    await browser.post("/registreren", REGISTRATION)
    code = await outbox.code()
    phone = await open_browser()

    assert 'name="wachtwoord"' in await (await phone.get("/activeren")).text()
    assert 'name="wachtwoord"' not in await (await browser.get("/activeren")).text()
    wrong = await phone.post("/activeren", {"code": code, "wachtwoord": OTHER_PASSWORD})
    assert wrong.status == 400
    assert "Dit wachtwoord hoort niet bij deze aanmelding." in await wrong.text()
    assert (await phone.post("/activeren", {"code": code, "wachtwoord": PASSWORD})).status == 303


async def test_the_right_password_before_activation_leads_to_the_code_page(browser):
    await browser.post("/registreren", REGISTRATION)

    response = await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    assert response.headers["Location"] == "/activeren"
    assert browser.cookie("dnr-session") is None
    assert "Bevestig eerst uw e-mailadres." in await (await browser.get("/activeren")).text()


async def test_correcting_shows_what_was_typed_and_mails_the_new_address(browser, outbox):
    await browser.post("/registreren", {**REGISTRATION, "email": "jan@dezom.example"})
    old_code = await outbox.code()
    page = await (await browser.get("/registreren?wijzigen=1")).text()
    correction = re.search(r'action="(/registreren\?wijzigen=[0-9a-f-]{36})"', page)[1]
    assert 'value="jan@dezom.example"' in page
    assert 'value="1234 AB"' in page

    corrected = await browser.post(correction, {**REGISTRATION, "wachtwoord": ""})

    assert corrected.headers["Location"] == "/registreren/gelukt"
    assert "ja***@dezon.example" in await (await browser.get("/registreren/gelukt")).text()
    new_code = await outbox.code()
    assert (await browser.post("/activeren", {"code": old_code})).status == 400
    assert (await browser.post("/activeren", {"code": new_code})).status == 303


async def test_correcting_offers_the_gemeenten_of_an_ambiguous_place_again(browser):
    await browser.post("/registreren", {**REGISTRATION, "woonplaats": "Rijswijk", "gemeente": "GM9902"})

    page = await (await browser.get("/registreren?wijzigen=1")).text()

    assert '<option value="GM9902" selected>Bergen</option>' in page


async def test_pages_about_a_registration_lead_to_the_form_where_there_is_none(browser):
    nobodys = "/registreren?wijzigen=0b5f7a1c-0000-4000-8000-000000000000"
    for path in ("/registreren/gelukt", "/registreren?wijzigen=1", nobodys):
        assert (await browser.get(path)).headers["Location"] == "/registreren"


async def test_after_the_activation_the_page_after_registering_leads_to_the_login(browser, outbox):
    await browser.post("/registreren", REGISTRATION)
    await browser.post("/activeren", {"code": await outbox.code()})

    assert (await browser.get("/registreren/gelukt")).headers["Location"] == "/inloggen"


async def test_nobody_else_can_log_somebody_out(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    for fields in ({}, {"csrf": "x"}):
        response = await browser.client.post("/uitloggen", data=fields, allow_redirects=False)
        assert response.status in (403, 415)

    assert (await browser.get("/account")).status == 200


async def test_without_cookies_the_page_says_so(browser):
    token = await browser.token()
    browser.client.session.cookie_jar.clear()

    response = await browser.client.post("/inloggen", data={"csrf": token})

    assert response.status == 403
    assert "Zet cookies aan in uw browser." in await response.text()


async def test_a_page_without_a_form_leaves_the_secret_of_open_forms_alone(browser):
    response = await browser.client.get("/bestaat-niet")

    assert "Set-Cookie" not in response.headers


async def test_a_cookie_that_opens_nothing_any_more_is_taken_back(browser, make_account, sql):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    await sql.execute("DELETE FROM sessions")

    response = await browser.get("/account")

    assert response.headers["Location"] == "/inloggen?terug=/account"
    assert not browser.cookie("dnr-session")
    assert "Uw sessie is verlopen. Log opnieuw in." in await (await browser.get("/inloggen")).text()


async def test_logging_in_may_lead_to_another_origin_that_the_operator_chose(
    settings, database, hashing, clock, open_browser, make_account
):
    elsewhere = settings.model_copy(update={"app_url": "https://app.example.nl/start"})
    browser = await open_browser(build_services(elsewhere, database, hashing, clock))
    await make_account()

    response = await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    assert response.headers["Location"] == "https://app.example.nl/start"
    policy = response.headers["Content-Security-Policy"]
    assert "form-action 'self' https://app.example.nl;" in policy


async def test_a_login_without_a_password_asks_for_it(browser):
    page = await (await browser.post("/inloggen", {"email": ADDRESS})).text()

    assert "Vul uw wachtwoord in." in page


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/account?x=1", "/account?x=1"),
        ("https://evil.example/", "/account"),
        ("//evil.example/", "/account"),
        ("/\\evil.example", "/account"),
        ("/\t/evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
        ("//[x", "/account"),
        ("http://[", "/account"),
        ("//ex\u2100mple", "/account"),
    ],
)
async def test_logging_in_leads_back_to_a_page_of_this_host_only(browser, make_account, typed, leads_to):
    await make_account()

    response = await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD, "terug": typed})

    assert response.headers["Location"] == leads_to


async def test_a_session_that_idled_is_told_so(browser, make_account, clock):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    clock.advance(timedelta(minutes=31))

    response = await browser.get("/account")

    assert response.headers["Location"] == "/inloggen?terug=/account"
    assert "omdat u 30 minuten niets heeft gedaan" in await (await browser.get("/inloggen")).text()


async def test_somebody_who_is_logged_in_does_not_see_the_login_page(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    assert (await browser.get("/inloggen")).headers["Location"] == "/account"
    assert (await browser.get("/")).headers["Location"] == "/account"


async def test_with_the_database_away_the_pages_say_so(settings, cable, hashing, clock, open_browser):
    database = await open_database(cable.url, most_connections=1)
    browser = await open_browser(build_services(settings, database, hashing, clock))
    await cable.cut()

    response = await browser.post("/wachtwoord-vergeten", {"email": ADDRESS})

    assert response.status == 503
    assert response.headers["Retry-After"] == "30"
    assert "is even niet bereikbaar" in await response.text()
    await cable.mend()
    assert (await browser.post("/wachtwoord-vergeten", {"email": ADDRESS})).status == 303
    await database.close()


async def test_static_files_may_be_kept_for_ever(browser):
    page = await (await browser.get("/inloggen")).text()
    (style,) = re.findall(r'href="(/static/[^"]+\.css)"', page)
    scripts = re.findall(r'src="(/static/[^"]+\.js)"', page)

    response = await browser.get(style)
    assert (response.status, response.content_type) == (200, "text/css")
    assert "immutable" in response.headers["Cache-Control"]
    assert [(await browser.get(script)).content_type for script in scripts] == ["text/javascript"]
    assert (await browser.get("/static/000000000000/site.css")).headers["Cache-Control"] == "no-store"


async def test_security_txt_has_a_contact_and_expires(browser):
    text = await (await browser.get("/.well-known/security.txt")).text()

    assert "Contact: mailto:security@nachregister.example\n" in text
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


SLOWED = [
    (
        "/inloggen",
        {"email": ADDRESS, "wachtwoord": OTHER_PASSWORD},
        5,
        "U heeft te vaak geprobeerd in te loggen.",
    ),
    ("/activeren/nieuwe-code", {"email": ADDRESS}, 4, "Er is net al om een e-mail voor dit adres gevraagd."),
    ("/wachtwoord-vergeten", {"email": ADDRESS}, 4, "Er is net al om een e-mail voor dit adres gevraagd."),
    # The first gives the browser its receipt, which has a budget of its own.
    ("/registreren", REGISTRATION, 5, "Er is net al om een e-mail voor dit adres gevraagd."),
    ("/activeren", {"code": "0" * 48}, 60, "Dit gaat te snel."),
    (
        "/wachtwoord-herstellen",
        {"code": "0" * 48, "nieuwWachtwoord": OTHER_PASSWORD},
        60,
        "Dit gaat te snel.",
    ),
]


@pytest.mark.parametrize(("path", "fields", "allowed", "sentence"), SLOWED, ids=[page for page, *_ in SLOWED])
async def test_whoever_tries_too_often_is_told_how_long_to_wait_and_loses_nothing(
    browser, path, fields, allowed, sentence
):
    statuses = [(await browser.post(path, fields)).status for _ in range(allowed)]
    assert 429 not in statuses

    slowed = await browser.post(path, fields)

    assert slowed.status == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 15 * 60
    page = unescape(await slowed.text())
    assert re.search(
        rf"{re.escape(sentence)} Wacht (1 minuut|\d+ minuten) en probeer het dan opnieuw\.", page
    )
    typed = {
        text for name, text in fields.items() if name not in ("wachtwoord", "nieuwWachtwoord", "accommodatie")
    }
    assert not [text for text in typed if f'value="{text}"' not in page]
    assert OTHER_PASSWORD not in page


async def login_status(browser, forwarded_for):
    fields = {"email": ADDRESS, "wachtwoord": OTHER_PASSWORD}
    return (await browser.post("/inloggen", fields, headers={"X-Forwarded-For": forwarded_for})).status


async def test_a_forged_forwarded_for_changes_nothing(browser):
    for number in range(5):
        assert await login_status(browser, f"192.0.2.{number}") == 400

    assert await login_status(browser, "192.0.2.99") == 429


async def test_behind_a_trusted_proxy_each_client_has_a_budget_of_its_own(
    settings, database, hashing, clock, open_browser
):
    behind = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.0/8"),)})
    browser = await open_browser(build_services(behind, database, hashing, clock))
    for number in range(5):
        # Only what the proxy itself saw counts, not what the client wrote before it.
        assert await login_status(browser, f"203.0.113.{number}, 192.0.2.1") == 400

    assert await login_status(browser, "203.0.113.77, 192.0.2.1") == 429
    assert await login_status(browser, "192.0.2.2") == 400


async def test_a_proxy_that_is_not_configured_is_told_of_once(browser):
    with capture_logs() as logs:
        for _ in range(3):
            await browser.client.get("/inloggen", headers={"X-Forwarded-For": "192.0.2.1"})

    (told,) = [line for line in logs if line["event"] == "proxy_not_trusted"]
    assert told["peer"] == "127.0.0.1"
    assert "TRUSTED_PROXIES" in told["advice"]


async def test_the_pages_of_a_gemeente_are_at_its_own_host_too(browser, sql, clock):
    at_its_host = {"Host": "Zeedorp.example.nl:8080"}
    assert (await browser.client.get("/inloggen", headers=at_its_host)).status == 421

    await sql.execute("UPDATE gemeenten SET host = 'zeedorp.Example.nl' WHERE name = 'Zeedorp'")
    clock.advance(LOOK_AGAIN)

    assert (await browser.client.get("/inloggen", headers=at_its_host)).status == 200


async def test_changing_the_password_keeps_this_browser_logged_in_by_another_token(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    token = browser.cookie("dnr-session")

    refused = await browser.post_from("/account/wachtwoord", "/account/wachtwoord")
    assert refused.status == 400
    assert "Vul uw huidige wachtwoord in." in await refused.text()

    csrf = await browser.token("/account/wachtwoord")
    data = {"csrf": csrf, "huidigWachtwoord": PASSWORD, "nieuwWachtwoord": OTHER_PASSWORD}
    changed = await browser.client.post("/account/wachtwoord", data=data, allow_redirects=False)

    assert (changed.status, changed.headers["Location"]) == (303, "/account")
    assert "Uw wachtwoord is gewijzigd." in await (await browser.get("/account")).text()
    assert browser.cookie("dnr-session") != token


async def test_a_password_that_was_typed_after_the_end_is_said_to_be_lost(browser, make_account, clock, sql):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    csrf = await browser.token("/account/wachtwoord")
    clock.advance(timedelta(minutes=31))

    data = {"csrf": csrf, "huidigWachtwoord": PASSWORD, "nieuwWachtwoord": OTHER_PASSWORD}
    response = await browser.client.post("/account/wachtwoord", data=data, allow_redirects=False)

    assert response.headers["Location"] == "/inloggen?terug=/account/wachtwoord"
    assert "Wat u had ingevuld, is niet opgeslagen." in await (await browser.get("/inloggen")).text()
    assert await sql.fetchval("SELECT count(*) FROM kept_forms") == 0


async def test_a_button_that_was_pressed_after_the_end_is_not_said_to_lose_what_was_typed(
    browser, make_account, clock
):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    csrf = await browser.token("/account/sessies")
    clock.advance(timedelta(minutes=31))

    data = {"csrf": csrf, "sessie": "andere"}
    await browser.client.post("/account/sessies", data=data, allow_redirects=False)

    page = await (await browser.get("/inloggen")).text()
    assert "Wat u wilde doen, is niet gedaan." in page
    assert "Wat u had ingevuld" not in page


async def test_a_page_that_is_not_there_leads_back_to_where_one_was(browser, make_account):
    stranger = await (await browser.get("/bestaat-niet")).text()
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    logged_in = await (await browser.get("/bestaat-niet")).text()

    assert "Deze pagina bestaat niet. Controleer het adres of ga terug naar inloggen." in stranger
    assert "Deze pagina bestaat niet. Controleer het adres of ga terug naar Mijn account." in logged_in
    assert '<a href="/account">Terug naar Mijn account</a>' in logged_in


async def test_who_is_led_to_logging_in_first_is_told_so(browser):
    told = "Log eerst in. Daarna gaat u verder naar de pagina die u wilde zien."
    pages = {
        path: await (await browser.get(path)).text()
        for path in ("/inloggen", "/inloggen?terug=/account", "/inloggen?terug=/account/gegevens")
    }

    assert [path for path, page in pages.items() if told in page] == ["/inloggen?terug=/account/gegevens"]
