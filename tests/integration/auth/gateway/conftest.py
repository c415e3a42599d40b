import pytest

from auth_service.wiring import build_services
from tests.integration.auth.gateway.scene import Gateway, draw_pem, log_in
from tests.integration.auth.serving import SiteServer


@pytest.fixture
def signing_key():
    return draw_pem()


@pytest.fixture
def settings(settings, signing_key):
    return settings.model_copy(update={"gateway_signing_key": (signing_key,)})


@pytest.fixture
async def open_gateway():
    """A gateway before the login made of those services."""
    opened = []

    async def open_one(services):
        server = SiteServer(services)
        await server.start_server()
        opened.append(server)
        return Gateway(server)

    yield open_one
    for server in opened:
        await server.close()


@pytest.fixture
async def gateway(open_gateway, services):
    return await open_gateway(services)


@pytest.fixture
async def token(services, make_account):
    await make_account()
    return await log_in(services)


@pytest.fixture
def enrol(sql, clock):
    """Everybody has two-factor authentication from now on, and the sessions there are have proven it."""

    async def enrol_all(*, proven=True):
        await sql.execute(
            "INSERT INTO totp_enrolments (account_id, sealed_secret, sealed_recovery_key, key_fingerprint,"
            " enrolled_at, last_step) SELECT id, '', '', '', $1, 0 FROM accounts",
            clock.now,
        )
        await sql.execute("UPDATE sessions SET totp_proven_at = $1", clock.now if proven else None)

    return enrol_all


@pytest.fixture
def make_staff(sql, enrol):
    """Everybody works for the gemeente from now on."""

    async def change(role="gemeentemedewerker"):
        await enrol()
        await sql.execute("UPDATE accounts SET role = $1::text::account_role, company_id = NULL", role)

    return change


@pytest.fixture
def build(database, hashing, clock):
    """Services with other settings."""
    return lambda settings: build_services(settings, database, hashing, clock)
