"""Strangers at many networks work on an address: its owner registers, logs in and gets his mails anyway."""

from contextlib import AsyncExitStack
from datetime import timedelta
from html import unescape
from ipaddress import ip_network

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from auth_service.accounts.attempt_budgets import MAIL_ADDRESS
from auth_service.wiring import build_services
from tests.integration.auth.browsing import ADDRESS, REGISTRATION, Browser
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD
from tests.integration.auth.serving import SiteServer
from tests.integration.auth.two_factor.guest import Guest

STRANGERS_PASSWORD = "zeven groene lantaarns zwaaien"
STRANGERS = 30
OWNERS_NETWORK = "198.51.100.7"


class Somebody(Browser):
    """A browser at a network of its own."""

    def __init__(self, client, network):
        super().__init__(client)
        self.network = network

    async def post(self, path, fields, **more):
        return await super().post(path, fields, headers={"X-Forwarded-For": self.network}, **more)

    async def registers(self, password=PASSWORD, **typed):
        return await self.post("/registreren", {**REGISTRATION, "wachtwoord": password, **typed})

    async def logs_in(self, password=PASSWORD):
        return await self.post("/inloggen", {"email": ADDRESS, "wachtwoord": password})


@pytest.fixture
async def open_at(settings, database, hashing, clock):
    """Browsers behind one gateway, each from the network it is given."""
    behind = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.0/8"),)})
    server = SiteServer(build_services(behind, database, hashing, clock))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(server)

        async def open_one(network):
            client = TestClient(server, cookie_jar=aiohttp.CookieJar(unsafe=True))
            stack.push_async_callback(client.session.close)
            return Somebody(client, network)

        yield open_one


@pytest.fixture
async def owner(open_at):
    return await open_at(OWNERS_NETWORK)


@pytest.fixture
async def strangers(open_at):
    return [await open_at(f"192.0.2.{number}") for number in range(STRANGERS)]


async def until_refused(strangers, act):
    """Each does it again and again until he has to wait."""
    for stranger in strangers:
        while (await act(stranger)).status != 429:
            pass


@pytest.fixture
def answer_mail_requests(services):
    async def answer():
        while await services.mail_requests.answer_next():
            pass

    return answer


async def registers_address(stranger):
    return await stranger.registers(STRANGERS_PASSWORD, naamOnderneming="Van een vreemde")


async def guesses(stranger):
    return await stranger.logs_in(STRANGERS_PASSWORD)


async def asks_for_code(stranger):
    return await stranger.post("/activeren/nieuwe-code", {"email": ADDRESS})


async def asks_for_reset(stranger):
    return await stranger.post("/wachtwoord-vergeten", {"email": ADDRESS})


async def types_wrong_code(stranger):
    return await stranger.post("/activeren", {"code": "0" * 48})


async def owner_has_account(owner, outbox):
    await owner.registers()
    assert (await owner.post("/activeren", {"code": await outbox.code()})).status == 303


async def test_a_stranger_cannot_have_the_address_confirmed_by_its_owner(open_at, owner, outbox):
    stranger = await open_at("192.0.2.1")
    await registers_address(stranger)
    code = await outbox.code()

    # The owner opens the mail in his own browser, and is asked for a password that only the stranger knows.
    asked = await owner.post("/activeren", {"code": code})
    assert "Vul het wachtwoord in dat u koos toen u zich aanmeldde." in await asked.text()
    assert (await owner.post("/activeren", {"code": code, "wachtwoord": PASSWORD})).status == 400
    # A registration of his own lends him no receipt for that of the stranger.
    await owner.registers()
    owners_code = await outbox.code()
    assert (await owner.post("/activeren", {"code": code})).status == 400

    assert (await owner.post("/activeren", {"code": owners_code})).status == 303
    assert (await owner.logs_in()).status == 303
    assert "Pension De Zon" in await (await owner.get("/account")).text()
    assert (await owner.post("/activeren", {"code": code, "wachtwoord": STRANGERS_PASSWORD})).status == 400
    assert (await guesses(await open_at("192.0.2.2"))).status == 400


async def test_one_stranger_keeps_nobody_from_registering(open_at, owner, outbox, sql):
    await until_refused([await open_at("192.0.2.1")], registers_address)
    await sql.execute("DELETE FROM outbox")

    assert (await owner.registers()).headers["Location"] == "/registreren/gelukt"

    assert (await owner.post("/activeren", {"code": await outbox.code()})).status == 303
    assert (await owner.logs_in()).status == 303


async def test_after_strangers_of_many_networks_somebody_registers_when_he_was_told(
    owner, strangers, outbox, sql, clock
):
    await until_refused(strangers, registers_address)
    await sql.execute("DELETE FROM outbox")

    told = await owner.registers()
    assert told.status == 429
    wait = timedelta(seconds=int(told.headers["Retry-After"]))
    assert wait <= MAIL_ADDRESS.pause
    page = unescape(await told.text())
    minutes = wait // timedelta(minutes=1)
    assert f"gevraagd. Wacht {minutes} minuten en probeer het dan opnieuw." in page
    assert f'value="{REGISTRATION["adres"]}"' in page
    clock.advance(wait / 2)
    await until_refused(strangers, registers_address)
    clock.advance(wait / 2)

    assert (await owner.registers()).status == 303
    assert (await owner.post("/activeren", {"code": await outbox.code()})).status == 303
    assert (await owner.logs_in()).status == 303


async def test_whoever_registered_gets_his_further_codes_whatever_strangers_ask(
    owner, strangers, outbox, sql, answer_mail_requests
):
    await owner.registers()
    for act in (asks_for_code, asks_for_reset):
        await until_refused(strangers, act)
    await answer_mail_requests()
    await sql.execute("DELETE FROM outbox")

    assert (await asks_for_code(owner)).status == 303
    await answer_mail_requests()

    assert (await owner.post("/activeren", {"code": await outbox.code()})).status == 303
    assert (await owner.logs_in()).status == 303


async def test_where_strangers_registered_the_address_too_he_gets_his_further_code_when_he_was_told(
    owner, strangers, outbox, sql, clock, answer_mail_requests
):
    await owner.registers()
    # They hold receipts of the address as he does.
    for act in (registers_address, asks_for_code):
        await until_refused(strangers, act)
    await answer_mail_requests()
    await sql.execute("DELETE FROM outbox")

    told = await asks_for_code(owner)
    assert told.status == 429
    clock.advance(timedelta(seconds=int(told.headers["Retry-After"])))
    assert (await asks_for_code(owner)).status == 303
    await answer_mail_requests()

    assert (await owner.post("/activeren", {"code": await outbox.code()})).status == 303


async def test_strangers_keep_nobody_from_logging_in_or_choosing_a_new_password(
    owner, strangers, outbox, sql, answer_mail_requests
):
    await owner_has_account(owner, outbox)
    for act in (guesses, registers_address, asks_for_code, asks_for_reset):
        await until_refused(strangers, act)
    await answer_mail_requests()
    await sql.execute("DELETE FROM outbox")

    assert (await owner.logs_in()).headers["Location"] == "/account"
    await owner.post_from("/account", "/uitloggen")
    assert (await asks_for_reset(owner)).status == 303
    await answer_mail_requests()

    fields = {"code": await outbox.code(), "nieuwWachtwoord": OTHER_PASSWORD}
    assert (await owner.post("/wachtwoord-herstellen", fields)).headers["Location"] == "/inloggen"
    assert (await owner.logs_in(OTHER_PASSWORD)).headers["Location"] == "/account"


async def test_a_guest_at_his_network_keeps_nobody_from_setting_up_two_factor_authentication(
    open_at, owner, outbox, clock
):
    await owner_has_account(owner, outbox)
    await owner.logs_in()
    await until_refused([await open_at(OWNERS_NETWORK)], types_wrong_code)

    assert (await Guest(owner, clock).enrol()).status == 303


async def test_in_a_new_browser_a_mail_that_a_stranger_asked_for_will_do(
    open_at, owner, strangers, outbox, sql, answer_mail_requests
):
    """He may have to wait before he can ask himself; but then he has got mails with a code that works."""
    await owner_has_account(owner, outbox)
    for act in (guesses, asks_for_reset):
        await until_refused(strangers, act)
    elsewhere = await open_at("203.0.113.5")
    told = await elsewhere.logs_in()
    assert told.status == 429
    assert '<a href="/wachtwoord-vergeten">Kies dan een nieuw wachtwoord</a>' in await told.text()
    assert (await asks_for_reset(elsewhere)).status == 429
    await answer_mail_requests()

    code = (await outbox.mails())[0].code
    fields = {"code": code, "nieuwWachtwoord": OTHER_PASSWORD}

    assert (await elsewhere.post("/wachtwoord-herstellen", fields)).headers["Location"] == "/inloggen"
    assert (await elsewhere.logs_in(OTHER_PASSWORD)).headers["Location"] == "/account"
