"""The signed assertion: what an application can check by itself, and with which key."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from structlog.testing import capture_logs

from auth_service.signing_keys import signing_key as read_key
from auth_service.web.gateway.assertions import Assertions
from auth_service.web.gateway.check import ASSERTION
from auth_service.wiring import web_application
from shared.clock import utc_now
from shared.readiness import Readiness
from tests.integration.auth.gateway.scene import claims_in, draw_pem, log_in, with_cookie
from tests.integration.auth.scene import FixedClock

KEY_SET = "/.well-known/jwks.json"
# The clock of the tests stands still, and PyJWT's doesn't.
ANY_TIME = {"verify_exp": False, "verify_iat": False}


@pytest.fixture
def key_set(browser):
    async def fetch(browser=browser):
        return await (await browser.get(KEY_SET)).json(content_type="application/jwk-set+json")

    return fetch


@pytest.fixture
def asserted(gateway, token):
    async def ask():
        return (await gateway.ask(with_cookie(token))).headers[ASSERTION]

    return ask


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number_in(text):
    return int.from_bytes(bytes_of(text))


async def test_it_says_who_is_asking(asserted, key_set, sql, clock, settings):
    account = await sql.fetchrow("SELECT id, company_id FROM accounts")

    claims = claims_in(await asserted(), await key_set(), **ANY_TIME)

    now = int(clock.now.timestamp())
    assert claims == {
        "iss": "http://localhost:8080",
        "aud": "digitaal-nachregister",
        "sub": str(account["id"]),
        "role": "ondernemer",
        "company": str(account["company_id"]),
        "gemeente": "GM9901",
        "iat": now,
        "exp": now + 60,
    }


async def test_staff_has_no_company_in_it(asserted, key_set, make_staff):
    await make_staff()

    assert "company" not in claims_in(await asserted(), await key_set(), **ANY_TIME)


async def test_its_signature_is_right_by_the_standard_alone(asserted, key_set):
    """RFC 7515 § 5.2 and RFC 7518 § 3.4, with nothing but a signature check."""
    header, claims, signature = (await asserted()).split(".")
    (key,) = (await key_set())["keys"]
    assert json.loads(bytes_of(header)) == {"alg": "ES256", "kid": key["kid"], "typ": "JWT"}
    public = EllipticCurvePublicNumbers(number_in(key["x"]), number_in(key["y"]), SECP256R1()).public_key()
    raw = bytes_of(signature)
    halves = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])

    public.verify(encode_dss_signature(*halves), f"{header}.{claims}".encode(), ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(*halves), f"{header}.{claims}x".encode(), ECDSA(SHA256()))


async def test_it_is_good_for_a_minute(services, token, signing_key, key_set):
    account = (await services.sessions.logged_in(token)).account

    def made(ago):
        clock = FixedClock(utc_now() - timedelta(seconds=ago))
        return Assertions([read_key(signing_key)], issuer="us", clock=clock).about(account)

    assert claims_in(made(ago=0), await key_set())["sub"] == str(account.id)
    with pytest.raises(jwt.ExpiredSignatureError):
        claims_in(made(ago=61), await key_set())


async def test_it_is_for_this_product_alone(asserted, key_set):
    (key,) = jwt.PyJWKSet.from_dict(await key_set()).keys

    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(await asserted(), key, algorithms=["ES256"], audience="another", options=ANY_TIME)


async def test_the_public_half_alone_is_published(browser, key_set):
    answer = await browser.get(KEY_SET)

    (key,) = (await key_set())["keys"]
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


async def test_the_first_key_signs_and_all_are_published(
    open_gateway, open_browser, build, settings, key_set, token
):
    keys = (draw_pem(), *settings.gateway_signing_key)
    services = build(settings.model_copy(update={"gateway_signing_key": keys}))
    (before,) = (await key_set())["keys"]

    published = (await key_set(await open_browser(services)))["keys"]
    answer = await (await open_gateway(services)).ask(with_cookie(token))

    assert [key["kid"] for key in published][1:] == [before["kid"]]
    assert jwt.get_unverified_header(answer.headers[ASSERTION])["kid"] == published[0]["kid"]


async def test_without_a_key_none_is_published(open_browser, build, settings, key_set):
    services = build(settings.model_copy(update={"gateway_signing_key": ()}))

    assert await key_set(await open_browser(services)) == {"keys": []}


@pytest.mark.parametrize(("keys", "warnings"), [((), 1), ((draw_pem(),), 0)])
async def test_the_operator_is_told_once_that_there_is_no_key(settings, keys, warnings):
    with capture_logs() as logs:
        async with web_application(settings.model_copy(update={"gateway_signing_key": keys}), Readiness()):
            pass

    assert [line["event"] for line in logs].count("no_signing_key") == warnings


async def test_everybody_has_an_assertion_of_his_own(gateway, services, make_account, token, key_set):
    await make_account(email="piet@dezon.example")
    other = await log_in(services, "piet@dezon.example")

    answers = [await gateway.ask(with_cookie(held)) for held in (token, other)]

    for answer in answers:
        claims = claims_in(answer.headers[ASSERTION], await key_set(), **ANY_TIME)
        assert claims["sub"] == answer.headers["X-DNR-Account"]
    assert len({answer.headers["X-DNR-Account"] for answer in answers}) == 2
