"""The nginx file that we ship, at work: who reaches the application, as whom, and where others are led."""

import ssl
import subprocess
from io import BytesIO
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientError, ClientSession, CookieJar, TCPConnector, web
from yarl import URL

from auth_service.storage.database import open_database
from auth_service.web.gateway import check
from auth_service.web.gateway.check import FACTS
from auth_service.wiring import build_services
from deploy.local.ports import draw_port
from tests.integration.auth.browsing import ADDRESS, Browser
from tests.integration.auth.gateway.nginx import (
    HOST,
    Application,
    Ports,
    filled_in,
    nginx_process,
    nginx_program,
    write_certificate,
)
from tests.integration.auth.gateway.scene import claims_in, log_in
from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.serving import SiteServer

PAGE = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html,*/*"}
OLD_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = {"Sec-Fetch-Mode": "cors", "Accept": "application/json"}
SESSION = "__Host-dnr-session"
FORGED = {name: "forged" for name in FACTS}
VARIANTS = (
    [name.replace("-", "_") for name in FACTS]
    + [name.lower() for name in FACTS]
    + [name.upper().replace("-", "_") for name in FACTS]
    + [name.replace("-", ".") for name in FACTS]
)


class Visitor(Browser):
    """A browser before nginx."""

    async def get(self, path, headers=PAGE, **more):
        return await self.client.get(path, headers=headers, allow_redirects=False, **more)

    def cookie(self, name):
        return {cookie.key: cookie.value for cookie in self.client.cookie_jar}.get(name)

    async def asked(self, path="/app/", **more):
        """What the application was asked, as it says itself."""
        answer = await self.get(path, **more)
        assert answer.status == 200
        return await answer.json()

    async def log_in(self, page="/inloggen"):
        fields = {"email": ADDRESS, "wachtwoord": PASSWORD}
        if terug := parse_qs(urlsplit(page).query).get("terug"):
            fields["terug"] = terug[0]
        return await self.post("/inloggen", fields)


@pytest.fixture
def https_port():
    return draw_port()


@pytest.fixture
def settings(settings, https_port):
    public_url = f"https://{HOST}:{https_port}"
    return settings.model_copy(
        update={"public_url": public_url, "trusted_proxies": (ip_network("127.0.0.1"),)}
    )


@pytest.fixture
async def services(settings, cable, hashing, clock):
    """Over a cable that a test can cut."""
    database = await open_database(cable.url, most_connections=5)
    yield build_services(settings, database, hashing, clock)
    await database.close()


@pytest.fixture
async def login(services):
    async with SiteServer(services) as server:
        yield server


@pytest.fixture
def application():
    return Application()


@pytest.fixture
async def ports(application, login, https_port):
    async with application.server() as behind:
        yield Ports(draw_port(), https_port, login.port, behind.port)


@pytest.fixture
async def nginx(ports, tmp_path):
    process = nginx_process(ports, tmp_path)
    process.start()
    try:
        process.wait_until_ready()
        yield process
    finally:
        process.stop()


async def read_whole(request, handler):
    """A body that hasn't all come when the client closes keeps its connection, until garbage is collected."""
    answer = await handler(request)
    await answer.read()
    return answer


@pytest.fixture
async def stranger(nginx, ports):
    async with ClientSession(
        f"https://{HOST}:{ports.https}",
        connector=TCPConnector(ssl=False),
        cookie_jar=CookieJar(),
        middlewares=(read_whole,),
    ) as client:
        yield Visitor(client)


@pytest.fixture
async def visitor(stranger, make_account):
    """Logged in through nginx."""
    await make_account()
    assert (await stranger.log_in()).status == 303
    return stranger


def facts_of(asked):
    return {name: value for name, value in asked["headers"] if "dnr" in name and name != "cookie"}


def test_the_file_is_sound(tmp_path):
    write_certificate(tmp_path)
    config = tmp_path / "nginx.conf"
    config.write_text(filled_in(Ports(*(draw_port() for _ in range(4))), tmp_path), encoding="utf-8")

    checked = subprocess.run(  # noqa: S603 - the machine's own nginx.
        [nginx_program(), "-t", "-e", "stderr", "-p", tmp_path, "-c", config],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


async def test_the_application_hears_who_is_asking(visitor, sql, services, clock):
    account = await sql.fetchrow("SELECT id, company_id FROM accounts")

    facts = facts_of(await visitor.asked())

    claims = claims_in(
        facts.pop("x-dnr-assertion"), services.assertions.key_set(), verify_exp=False, verify_iat=False
    )
    assert claims["sub"] == str(account["id"])
    assert facts == {
        "x-dnr-account": str(account["id"]),
        "x-dnr-role": "ondernemer",
        "x-dnr-company": str(account["company_id"]),
        "x-dnr-gemeente": "GM9901",
    }


PLACES = [
    "/app/",
    "/app/gasten?jaar=2026&maand=11",
    "/app/?a=b&c=d%26e#f".partition("#")[0],
    "/app/?terug=//evil.example",
    "/app/%0d%0aSet-Cookie:%20a=b",
    "/app/?q=%0d%0aX:%20y",
    "/app/caf%C3%A9?n=%F0%9F%9A%B2",
    "/app///x//evil.example",
    "/app/a%2fb;c='d'%22",
    "/app/" + "a" * 2_000,
]


@pytest.mark.parametrize(
    ("place", "headers"), [("/app/gasten?a=b&c=d", OLD_BROWSER), *((place, PAGE) for place in PLACES)]
)
async def test_who_is_not_logged_in_comes_back_to_the_page_he_asked_for(
    stranger, make_account, application, place, headers
):
    await make_account()
    place = URL(place, encoded=True)

    led = await stranger.get(place, headers=headers)
    assert led.status == 303
    page = led.headers["Location"]
    assert urlsplit(page)[:3] == ("", "", "/inloggen")
    assert application.asked == []
    back = await stranger.log_in(page)

    assert (back.status, back.headers["Location"]) == (303, str(place))
    assert (await stranger.asked(place, headers=headers))["path"] == str(place)


async def test_a_form_that_is_sent_too_late_leads_to_the_login_too(stranger, application):
    led = await stranger.client.post("/app/gasten", data={"a": "b"}, headers=PAGE, allow_redirects=False)

    assert (led.status, led.headers["Location"]) == (303, "/inloggen")
    assert application.asked == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_a_script_that_is_not_logged_in_gets_a_status(stranger, application, method):
    answer = await stranger.client.request(method, "/app/", headers=SCRIPT, allow_redirects=False)

    assert answer.status == 401
    assert answer.content_type == "application/problem+json"
    assert (await answer.json())["type"] == "niet-ingelogd"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert application.asked == []


async def test_nobody_names_himself(visitor):
    honest = facts_of(await visitor.asked())

    asked = await visitor.asked(headers=[*PAGE.items(), *FORGED.items(), *((name, "f") for name in VARIANTS)])

    assert set(facts_of(asked)) == set(honest)
    assert "f" not in facts_of(asked).values()
    assert "forged" not in facts_of(asked).values()


async def test_what_the_check_leaves_out_nobody_adds(visitor, make_staff):
    await make_staff()

    facts = facts_of(await visitor.asked(headers={**PAGE, **FORGED}))

    assert facts["x-dnr-role"] == "gemeentemedewerker"
    assert "x-dnr-company" not in facts


async def test_forged_headers_open_nothing(stranger, application):
    answer = await stranger.get("/app/", headers={**SCRIPT, **FORGED, "X-Original-URI": "/static/"})

    assert answer.status == 401
    assert application.asked == []


async def test_the_application_learns_no_session(visitor):
    token, browser = visitor.cookie(SESSION), visitor.cookie("__Host-dnr-browser")

    asked = await visitor.asked(headers={**PAGE, "X-Other": "a"})

    assert token
    assert browser
    assert token not in str(asked)
    assert browser not in str(asked)
    assert "dnr-csrf" in dict(asked["headers"])["cookie"]


@pytest.mark.parametrize(
    ("cookies", "left"),
    [
        ("{ours}", None),
        ("a=b; {ours}", "a=b;"),
        ("{ours}; c=d", "c=d"),
        ("a=b; {ours}; c=d", "a=b; c=d"),
        ("a=b;{ours};c=d", "a=b;c=d"),
        ("a=b; {ours}; c=d; dnr-session=e", "a=b; c=d; dnr-session=e"),
        ("x{ours}; {ours}", "x{ours};"),
        ("a=b; __Host-dnr-browser=e; {ours}; __Host-dnr-form=f; c=d", "a=b; c=d"),
    ],
)
async def test_the_cookies_of_the_application_are_left(stranger, make_account, services, cookies, left):
    await make_account()
    ours = f"{SESSION}={await log_in(services)}"

    asked = await stranger.asked(headers={"Cookie": cookies.replace("{ours}", ours)})

    assert dict(asked["headers"]).get("cookie") == (left and left.replace("{ours}", ours))


async def test_a_program_passes_with_its_token(stranger, make_account, services):
    await make_account()
    token = await log_in(services)

    asked = await stranger.asked(headers={"Authorization": f"Bearer {token}"})

    assert "x-dnr-account" in facts_of(asked)
    assert token not in str(asked)


async def test_the_client_does_not_choose_where_he_comes_from(visitor):
    forged = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": "for=192.0.2.1",
        "X-Real-IP": "192.0.2.1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }

    headers = (await visitor.asked(headers={**PAGE, **forged}))["headers"]

    told = {name: value for name, value in headers if name in {name.lower() for name in forged}}
    assert told == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": HOST,
        "x-forwarded-proto": "https",
    }


async def test_a_body_reaches_the_application_and_not_the_check(visitor):
    answer = await visitor.client.post("/app/", data=BytesIO(b"a" * 2_000_000), headers=SCRIPT)

    assert (await answer.json())["length"] == 2_000_000


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
async def test_the_applications_own_answers_pass(visitor, status):
    answer = await visitor.get(f"/app/?status={status}")

    assert answer.status == status
    assert (await answer.json())["method"] == "GET"


async def test_who_owes_a_second_factor_is_led_to_it_and_from_there_back(visitor, sql, application):
    await sql.execute("UPDATE gemeenten SET totp_required = true")

    led = await visitor.get("/app/?a=b&c=d")
    told = await visitor.get("/app/", headers=SCRIPT)

    assert (led.status, led.headers["Location"]) == (303, "/2fa/instellen?terug=/app/%3Fa%3Db%26c%3Dd")
    assert (told.status, (await told.json())["status"]) == (403, 403)
    assert application.asked == []


async def test_a_logout_counts_at_the_next_request(visitor, application):
    await visitor.asked()

    assert (await visitor.post_from("/account", "/uitloggen")).status == 303

    application.asked.clear()
    assert (await visitor.get("/app/")).status == 303
    assert application.asked == []


async def test_without_the_database_nobody_passes(visitor, cable, application):
    await cable.cut()

    answer = await visitor.get("/app/")

    assert is_unavailable(answer, await answer.text())
    assert application.asked == []


async def test_without_the_login_nobody_passes(visitor, login, application):
    await login.close()

    for path in ("/app/", "/inloggen"):
        answer = await visitor.get(path)
        assert is_unavailable(answer, await answer.text())
    assert application.asked == []


async def test_what_the_check_should_never_answer_lets_nobody_pass(visitor, application, monkeypatch):
    async def odd(_request):
        return web.Response(status=302, headers={"Location": "/app/"})

    monkeypatch.setattr(check, "answer_check", odd)

    answer = await visitor.get("/app/")

    assert is_unavailable(answer, await answer.text())
    assert application.asked == []


def is_unavailable(answer, text):
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Even niet bereikbaar" in text
    assert "nginx" not in text
    return True


@pytest.mark.parametrize(
    "path",
    [
        "/gateway/check",
        "/gateway/check/",
        "/gateway/check/app/",
        "/gateway/",
        "/GATEWAY/check",
        "/gateway%2fcheck",
        "/gateway/%63heck",
        "//gateway/check",
        "/./gateway/check",
        "/app/../gateway/check",
        "/inloggen/../gateway/check",
    ],
)
async def test_the_check_is_not_for_the_outside(visitor, application, ports, path):
    answer = await visitor.get(URL(f"https://{HOST}:{ports.https}{path}", encoded=True))

    assert answer.status == 404
    assert not set(FACTS) & set(answer.headers)
    assert application.asked == []


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_nothing_leads_to_the_operations_port(stranger, path):
    assert (await stranger.get(path)).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/inloggen",
        "/v1/openapi.json",
        "/.well-known/jwks.json",
        "/app/",
        "/gateway/",
    ],
)
async def test_every_answer_asks_for_https_once(stranger, path):
    answer = await stranger.get(path)

    assert answer.headers.getall("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


async def test_plain_http_leads_to_https_on_the_same_host(stranger, ports):
    answer = await stranger.get(f"http://{HOST}:{ports.http}/app/?a=b")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/app/?a=b")


async def test_another_host_is_not_served(stranger, ports):
    with pytest.raises(ClientError):
        await stranger.get(f"http://{HOST}:{ports.http}/", headers={"Host": "evil.example"})


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_tls_is_of_a_safe_version(stranger, version):
    assert (await stranger.client.get("/inloggen", ssl=tls_of(version))).status == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_old_tls_is_refused(stranger):
    with pytest.raises(ClientError):
        await stranger.client.get("/inloggen", ssl=tls_of(ssl.TLSVersion.TLSv1_1))


def tls_of(version):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # OpenSSL itself wouldn't offer the old ones otherwise.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    return context
