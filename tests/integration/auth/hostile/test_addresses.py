"""Paths, methods, queries and hosts that aren't ours: told in Dutch, or passed over."""

from urllib.parse import quote_from_bytes

import pytest

from auth_service.web.app import ROUTES
from auth_service.wiring import build_services
from tests.integration.auth.hostile.scene import address_of
from tests.integration.auth.serving import answer_to

pytestmark = pytest.mark.usefixtures("no_error_of_ours")
PAGES = sorted({address_of(route.path) for route in ROUTES if route.method == "GET"})


def ask(path, method="GET", host="localhost", *headers):
    lines = (f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "Connection: close")
    return "\r\n".join((*lines, "", "")).encode()


NOWHERE = [
    "/nergens",
    "//inloggen",
    "//evil.example/",
    "/inloggen/.",
    "/inloggen//",
    "/inloggen%00",
    "/inloggen%0d%0a",
    "/inloggen%2f",
    "/inloggen%ff%fe",
    "/inloggen%zz",
    "/INLOGGEN",
    "/inloggen;a=b",
    "/static",
    "/static/",
    "/static/../../pyproject.toml",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/.git/config",
    "/.env",
    "/" + "a/" * 3_000,
    "/" + quote_from_bytes(bytes(range(256))),
    "*",
]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "TRACE", "OPTIONS"])
async def test_a_page_that_is_not_there_is_told_so(browser, method):
    slashed = [f"{address_of(route.path)}/" for route in ROUTES if route.path != "/"]
    for path in NOWHERE[: None if method == "OPTIONS" else -1] + slashed:
        answer = await answer_to(browser.client.server, ask(path, method))

        assert answer.status == 404, path
        assert "Deze pagina bestaat niet." in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"])
async def test_another_method_is_told_which_ones_there_are(browser, method):
    for path in {route.path for route in ROUTES}:
        offered = {route.method for route in ROUTES if route.path == path}
        if method in offered:
            continue
        answer = await answer_to(browser.client.server, ask(address_of(path), method))

        assert answer.status == 405
        assert "Deze pagina kan niet wat uw browser vraagt." in answer.text
        assert set(answer.headers["Allow"].split(",")) - {"HEAD"} == offered


QUERIES = ["%", "%zz", "%ff%fe", "a=%00", "&&==", "terug=%ff", "terug=/%0d%0aSet-Cookie:a=b", "wijzigen=%00"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_strange_query_is_passed_over(browser, path):
    for query in (*QUERIES, "verstuurd=" + "a" * 7_000):
        answer = await answer_to(browser.client.server, ask(f"{path}?{query}"))

        assert answer.status in (200, 303)
        assert [cookie for cookie in answer.headers.get_all("Set-Cookie", []) if cookie[:4] != "dnr-"] == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_forged_host_gets_no_page_and_appears_on_none(browser, method):
    server = browser.client.server
    for path in (address_of(route.path) for route in ROUTES if route.method == method):
        wrong = await answer_to(server, ask(path, method, "evil.example"))
        absolute = await answer_to(server, ask(f"http://evil.example{path}", method))
        beside = await answer_to(
            server,
            ask(path, method, "localhost", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"),
        )

        assert (wrong.status, absolute.status) == (421, 421)
        assert "Op dit adres staat deze website niet." in wrong.text
        assert beside.status in (200, 303, 415)
        assert "evil.example" not in f"{beside.text} {beside.headers}"


async def test_without_a_host_there_is_no_page(settings, database, hashing, clock, open_browser):
    public = settings.model_copy(update={"public_url": "https://inloggen.example.nl"})
    browser = await open_browser(build_services(public, database, hashing, clock))

    answer = await answer_to(browser.client.server, b"GET /inloggen HTTP/1.0\r\n\r\n")

    assert answer.status == 421


FORGED_HOSTS = [
    *(
        "evil.example",
        "localhost.evil.example",
        "x" * 300,
        "[::",
        "a b",
        "",
        "localhost:x",
        "localhost:80:80",
    ),
    *("evil@localhost", "localhost/evil", "localhost?evil", "localhost#evil", "localhost,evil.example"),
]


@pytest.mark.parametrize("host", FORGED_HOSTS)
async def test_a_forged_host_gets_no_page(browser, host):
    for path in ("/inloggen", "/wachtwoord-vergeten", "/nergens"):
        response = await browser.client.get(path, headers={"Host": host})

        assert response.status == 421
        assert "Op dit adres staat deze website niet." in await response.text()
