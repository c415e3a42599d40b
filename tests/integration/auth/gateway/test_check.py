"""What a gateway is told of somebody's request: who it is, or why it may not pass; never anything else."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from auth_service.storage.database import open_database
from auth_service.web.gateway import check
from auth_service.web.gateway.check import PATH
from auth_service.wiring import build_services
from tests.integration.auth.gateway.scene import facts_in, log_in, with_bearer, with_cookie
from tests.integration.auth.serving import bare_connection, read_answer

NEVER_ON_AN_ANSWER = {"Set-Cookie", "Transfer-Encoding"}
# Those of HTTP, of WebDAV, and what else our parser takes.
METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND MKCOL COPY MOVE LOCK SEARCH REPORT".split()


def is_closed(answer, status):
    assert answer.status == status
    assert facts_in(answer) == {}
    return is_plain(answer)


def is_plain(answer):
    assert answer.body == b""
    assert answer.headers["Cache-Control"] == "no-store"
    assert not NEVER_ON_AN_ANSWER & set(answer.headers)
    return True


@pytest.fixture
async def account(sql, token):
    return await sql.fetchrow("SELECT id, company_id FROM accounts")


@pytest.mark.parametrize("carried", [with_cookie, with_bearer])
async def test_who_is_logged_in_passes_and_is_named(gateway, token, account, carried):
    answer = await gateway.ask(carried(token))

    assert answer.status == 204
    assert is_plain(answer)
    facts = facts_in(answer)
    assert facts.pop("X-DNR-Assertion")
    assert facts == {
        "X-DNR-Account": str(account["id"]),
        "X-DNR-Role": "ondernemer",
        "X-DNR-Company": str(account["company_id"]),
        "X-DNR-Gemeente": "GM9901",
    }


async def test_staff_belongs_to_no_company(gateway, token, make_staff):
    await make_staff()

    answer = await gateway.ask(with_cookie(token))

    assert answer.status == 204
    assert answer.headers["X-DNR-Role"] == "gemeentemedewerker"
    assert "X-DNR-Company" not in answer.headers


async def test_without_a_key_nothing_is_asserted(open_gateway, build, settings, token):
    gateway = await open_gateway(build(settings.model_copy(update={"gateway_signing_key": ()})))

    answer = await gateway.ask(with_cookie(token))

    assert answer.status == 204
    assert set(facts_in(answer)) == {"X-DNR-Account", "X-DNR-Role", "X-DNR-Company", "X-DNR-Gemeente"}


async def test_the_cookie_of_https_is_bound_to_its_host(open_gateway, build, settings, token):
    https = settings.model_copy(update={"public_url": "https://inloggen.example.nl"})
    gateway = await open_gateway(build(https))

    assert (await gateway.ask(with_cookie(token, "__Host-dnr-session"))).status == 204
    assert is_closed(await gateway.ask(with_cookie(token)), 401)


async def asks_for_totp(sql, enrol):
    await sql.execute("UPDATE gemeenten SET totp_required = true")


async def asks_for_totp_of_staff(sql, enrol):
    await sql.execute("UPDATE accounts SET role = 'beheerder', company_id = NULL")


async def is_enrolled(sql, enrol):
    await enrol(proven=False)


@pytest.mark.parametrize(
    ("owes", "goes_on_at"),
    [
        (asks_for_totp, "/2fa/instellen"),
        (asks_for_totp_of_staff, "/2fa/instellen"),
        (is_enrolled, "/inloggen/code"),
    ],
)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/app/"])
async def test_who_owes_a_second_factor_does_not_pass(gateway, token, sql, enrol, owes, goes_on_at, path):
    await owes(sql, enrol)

    answers = [
        await gateway.ask(carried(token), "X-Original-URI: /app/?a=b", path=path)
        for carried in (with_cookie, with_bearer)
    ]

    for answer in answers:
        assert is_closed(answer, 403)
        assert answer.headers["Location"] == f"{goes_on_at}?terug=/app/%3Fa%3Db"


async def test_who_has_proven_it_passes(gateway, token, sql, enrol):
    await sql.execute("UPDATE gemeenten SET totp_required = true")
    await enrol()

    assert (await gateway.ask(with_cookie(token))).status == 204


NOT_LOGGED_IN = {
    "nothing": [],
    "a cookie of somebody else": ["Cookie: session={token}"],
    "a name that ends like ours": ["Cookie: x-dnr-session={token}"],
    "an unknown token": [with_cookie("A" * 43)],
    "half a token": [with_cookie("{half}")],
    "an empty cookie": [with_cookie("")],
    "a cookie without a value": ["Cookie: dnr-session"],
    "the token in quotes": [with_cookie('"{token}"')],
    "a token with more behind it": [with_cookie("{token}A")],
    "the cookie twice": ["Cookie: dnr-session={token}; dnr-session={token}"],
    "the cookie twice, once empty": ["Cookie: dnr-session=; dnr-session={token}"],
    "the cookie in two headers": [with_cookie("{token}"), with_cookie("{token}")],
    "the cookie twice, ours last": [with_cookie("A" * 43), with_cookie("{token}")],
    "cookie and bearer": [with_cookie("{token}"), with_bearer("{token}")],
    "cookie and empty bearer": [with_cookie("{token}"), "Authorization: bearer"],
    "cookie and bearer with a tab": [with_cookie("{token}"), "Authorization: Bearer\tA"],
    "two bearers": [with_bearer("{token}"), with_bearer("{token}")],
    "two bearers in one header": [with_bearer("{token}, Bearer {token}")],
    "no token behind Bearer": ["Authorization: Bearer"],
    "another scheme": ["Authorization: Token {token}"],
    "a token without a scheme": ["Authorization: {token}"],
    "letters from elsewhere": [with_bearer("\xe9\xff{token}")],
    "a very long cookie": [with_cookie("A" * 60_000)],
    "a very long bearer": [with_bearer("A" * 60_000)],
    "very many cookies": ["Cookie: " + "; ".join(f"a{number}=b" for number in range(5_000))],
    "words of the gateway alone": ["X-DNR-Account: 1", "X-DNR-Role: beheerder", "X-Original-URI: /app/"],
    "an empty original address": ["X-Original-URI:", "X-Original-Method:"],
}


@pytest.mark.parametrize("headers", NOT_LOGGED_IN.values(), ids=NOT_LOGGED_IN)
@pytest.mark.parametrize("path", [PATH, f"{PATH}/app/"])
async def test_whoever_is_not_logged_in_for_certain_does_not_pass(gateway, token, headers, path):
    sent = [header.replace("{token}", token).replace("{half}", token[:20]) for header in headers]

    answer = await gateway.ask(*sent, path=path)

    assert is_closed(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_another_scheme_is_the_applications_own(gateway, token):
    answer = await gateway.ask(with_cookie(token), "Authorization: Basic YTpi")

    assert answer.status == 204


async def test_a_logout_counts_at_once(gateway, services, token):
    await services.sessions.log_out(token)

    assert is_closed(await gateway.ask(with_cookie(token)), 401)


@pytest.mark.parametrize("state", ["blocked", "closed"])
async def test_an_account_that_may_not_be_used_does_not_pass(gateway, token, sql, state):
    await sql.execute("UPDATE accounts SET state = $1::text::account_state", state)

    assert is_closed(await gateway.ask(with_cookie(token)), 401)


async def test_asking_is_using_the_session(gateway, token, clock):
    for _ in range(3):
        clock.advance(timedelta(minutes=20))
        assert (await gateway.ask(with_cookie(token))).status == 204

    clock.advance(timedelta(minutes=30))
    assert is_closed(await gateway.ask(with_cookie(token)), 401)


@pytest.mark.parametrize("headers", [[], ["Content-Length: 5"], ["Transfer-Encoding: chunked"]])
@pytest.mark.parametrize("method", METHODS)
async def test_every_method_is_answered_alike(gateway, token, method, headers):
    body = {"": "", "C": "abcde", "T": "5\r\nabcde\r\n0\r\n\r\n"}[headers[0][0] if headers else ""]

    passed = await gateway.ask(with_cookie(token), *headers, method=method, body=body)
    closed = await gateway.ask(*headers, method=method, body=body)

    assert (passed.status, closed.status) == (204, 401)


async def test_a_body_that_never_comes_is_not_waited_for(gateway, token):
    headers = [with_cookie(token), "Content-Length: 1000000000", "Expect: 100-continue"]

    assert (await gateway.ask(*headers, method="POST")).status == 204


@pytest.mark.parametrize(
    "header", ["Expect: something", "Range: bytes=0-0", "Upgrade: websocket", "If-Match: x"]
)
async def test_what_is_meant_for_the_application_changes_nothing(gateway, token, header):
    assert (await gateway.ask(with_cookie(token), header)).status == 204
    assert is_closed(await gateway.ask(header), 401)


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7:8080", "[::1]:1", "a b", "", "x" * 300])
async def test_the_gateway_may_use_any_host(gateway, token, host):
    assert (await gateway.ask(with_cookie(token), host=host)).status == 204
    assert is_closed(await gateway.ask(host=host), 401)


ENVOY_PATHS = [
    "/",
    "/app/?a=b&c=d",
    "/app/../../inloggen",
    "/../inloggen",
    "/../../",
    "/%2e%2e/%2e%2e/inloggen",
    "/..%2f..%2finloggen",
    "//inloggen",
    "/./../../v1/openapi.json",
    "/static/..",
    "/a%0d%0aX:%20y",
    "/%zz%ff%00",
    "/\\..\\..",
    "/;a=b/@:80",
    "*",
    "/" + "a" * 60_000,
]


@pytest.mark.parametrize("asked", ENVOY_PATHS, ids=lambda asked: asked[:30])
async def test_envoy_appends_the_path_and_lets_pass_with_200_only(gateway, token, asked):
    passed = await gateway.ask(with_cookie(token), path=PATH + asked)
    closed = await gateway.ask(path=PATH + asked)

    assert passed.status == 200
    assert is_plain(passed)
    assert len(facts_in(passed)) == 5
    assert is_closed(closed, 401)


async def test_envoy_takes_away_what_a_client_might_add_where_we_say_nothing(
    open_gateway, build, settings, token, make_staff
):
    await make_staff("beheerder")
    gateway = await open_gateway(build(settings.model_copy(update={"gateway_signing_key": ()})))

    answer = await gateway.ask(with_cookie(token), path=f"{PATH}/app/")

    assert answer.headers["X-Envoy-Auth-Headers-To-Remove"] == "X-DNR-Company,X-DNR-Assertion"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{PATH}/caf\xc3\xa9", []),
        (PATH, ["X: " + "a" * 70_000]),
        (PATH, ["X: a"] * 200),
        (PATH, ["Host: evil.example"]),
    ],
    ids=["letters in the address", "a huge header", "many headers", "two hosts"],
)
async def test_what_is_no_http_to_us_is_closed_too(gateway, token, path, headers):
    answer = await gateway.ask(with_cookie(token), *headers, path=path)

    assert answer.status == 400
    assert facts_in(answer) == {}


@pytest.mark.parametrize(
    ("headers", "leads_to"),
    [
        ([], "/inloggen"),
        (["X-Original-URI:"], "/inloggen"),
        (["X-Original-URI: /app/"], "/inloggen?terug=/app/"),
        (["X-Original-URI: /app/?a=b&c=d#e"], "/inloggen?terug=/app/%3Fa%3Db%26c%3Dd%23e"),
        (["X-Original-URI: /app/%0d%0aX:%20y"], "/inloggen?terug=/app/%250d%250aX%3A%2520y"),
        (["X-Original-URI: /app/caf%C3%A9"], "/inloggen?terug=/app/caf%25C3%25A9"),
        (["X-Original-URI: /app/caf\xe9"], "/inloggen"),
        (["X-Original-URI: //evil.example/"], "/inloggen"),
        (["X-Original-URI: /\\evil.example/"], "/inloggen"),
        (["X-Original-URI: https://evil.example/"], "/inloggen"),
        (["X-Original-URI: /app/", "X-Original-Method: GET"], "/inloggen?terug=/app/"),
        (["X-Original-URI: /app/", "X-Original-Method: POST"], "/inloggen"),
        (["X-Original-URI: /app/", "X-Original-Method: \xff"], "/inloggen"),
    ],
)
async def test_a_401_says_where_people_can_log_in(gateway, headers, leads_to):
    answer = await gateway.ask(*headers)

    assert is_closed(answer, 401)
    assert answer.headers["Location"] == leads_to


@pytest.fixture
async def narrow(cable):
    """A pool of one connection, that can be cut off."""
    database = await open_database(cable.url, most_connections=1)
    yield database
    await database.close()


@pytest.fixture
async def behind_cable(open_gateway, settings, narrow, hashing, clock):
    return await open_gateway(build_services(settings, narrow, hashing, clock))


@pytest.mark.parametrize("path", [PATH, f"{PATH}/app/"])
async def test_without_its_database_it_is_unavailable(behind_cable, token, cable, path):
    await cable.cut()
    cut_off = await behind_cable.ask(with_cookie(token), path=path)
    await cable.mend()

    assert is_closed(cut_off, 503)
    assert cut_off.headers["Retry-After"] == "30"
    assert (await behind_cable.ask(with_cookie(token))).status == 204


async def test_a_pool_that_is_used_up_is_unavailable_too(behind_cable, token, narrow, monkeypatch):
    monkeypatch.setattr("auth_service.storage.database.ACQUIRE_SECONDS", 0.01)

    async with narrow.transaction():
        assert is_closed(await behind_cable.ask(with_cookie(token)), 503)

    assert (await behind_cable.ask(with_cookie(token))).status == 204


async def test_a_mistake_of_ours_closes_and_is_logged(gateway, token, monkeypatch):
    monkeypatch.setattr(check, "facts_about", None)

    with capture_logs() as logs:
        answer = await gateway.ask(with_cookie(token))

    assert is_closed(answer, 503)
    assert "unexpected_error" in {line["event"] for line in logs}


async def test_a_connection_is_kept_for_the_next_check(gateway, token):
    request = f"GET {PATH} HTTP/1.1\r\nHost: a\r\n{with_cookie(token)}\r\n\r\n".encode()

    async with bare_connection(gateway.server) as (reader, writer):
        for _ in range(3):
            writer.write(request)
            assert (await read_answer(reader)).status == 204


async def test_everybody_is_told_of_himself(gateway, services, make_account, token):
    await make_account(email="piet@dezon.example")
    other = await log_in(services, "piet@dezon.example")

    answers = [await gateway.ask(with_cookie(held)) for held in (token, other)]

    assert len({answer.headers["X-DNR-Account"] for answer in answers}) == 2
