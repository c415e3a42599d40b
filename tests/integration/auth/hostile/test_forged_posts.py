"""Posts and cookies that somebody else made up do nothing, and open nothing."""

import pytest

from auth_service.web.app import ROUTES
from auth_service.web.cookies import Cookie
from auth_service.web.form_input import FORM_TYPE
from tests.integration.auth.hostile.scene import FORMS, address_of, told_in_dutch
from tests.integration.auth.serving import answer_to

pytestmark = pytest.mark.usefixtures("no_error_of_ours")


@pytest.mark.parametrize("path", FORMS)
async def test_a_post_with_a_forged_token_does_nothing(send, open_browser, path, browser, token):
    others = await (await open_browser()).token()
    for forged in (None, "", "x", others, token[:-1], f"{token} ", "é", "\x00", "x" * 10_000):
        fields = FORMS[path] if forged is None else {**FORMS[path], "csrf": forged}

        assert "Probeer het opnieuw" in await told_in_dutch(await send(path, fields), 403)

    # The form of one browser with the cookie of another.
    browser.client.session.cookie_jar.clear()
    response = await send(path, {**FORMS[path], "csrf": token}, Cookie=f"dnr-csrf={others}")
    await told_in_dutch(response, 403)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("how", ["no token", "wrong token", "other site", "other origin", "broken origin"])
async def test_a_post_that_comes_from_no_page_of_ours_is_refused(browser, path, how):
    fields = {"csrf": await browser.token()}
    headers = {}
    if how == "no token":
        fields = {}
    elif how == "wrong token":
        fields["csrf"] = "x" * 43
    elif how == "other site":
        headers["Sec-Fetch-Site"] = "cross-site"
    else:
        headers["Origin"] = "https://evil.example" if how == "other origin" else "http://["

    response = await browser.client.post(path, data=fields, headers=headers, allow_redirects=False)

    assert response.status == 403
    assert "Deze pagina stond te lang open." in await response.text()


JUNK = ["", '"', "\x7f", "a b", "\xff\xfe", '"\\000\\012"', "=;=", "a" * 5_000, "../../etc/passwd"]
SENT = {"GET": "\r\n", "POST": f"Content-Type: {FORM_TYPE}\r\nContent-Length: 10\r\n\r\ncsrf=token"}
# 400 for what can't even be a header.
EXPECTED = {"GET": {200, 303, 400}, "POST": {403, 400}}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_cookies_that_are_none_of_ours_open_nothing(browser, route):
    for junk in JUNK:
        cookies = "; ".join(f"{name}={junk}" for name in Cookie)
        asked = f"{route.method} {address_of(route.path)} HTTP/1.1"
        head = f"{asked}\r\nHost: localhost\r\nCookie: {cookies[:8_000]}\r\n"

        answer = await answer_to(browser.client.server, (head + SENT[route.method]).encode("latin-1"))

        assert answer.status in EXPECTED[route.method]
        assert (route.path, answer.status) != ("/account", 200)
