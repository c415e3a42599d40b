"""Whatever is sent: nothing is stored, and nothing goes wrong on our side."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from auth_service.web.form_input import FORM_TYPE
from tests.integration.auth.scene import count_rows


@pytest.fixture(autouse=True)
async def nothing_is_stored(sql):
    before = await count_rows(sql)
    yield
    assert await count_rows(sql) == before


@pytest.fixture
def logs(caplog):
    """What was logged, by us and by the libraries."""
    with capture_logs() as ours:
        yield lambda: f"{ours} {caplog.text}"


@pytest.fixture
def no_error_of_ours(logs):
    yield
    assert "unexpected_error" not in logs()


@pytest.fixture
async def token(browser):
    return await browser.token()


@pytest.fixture
def send(browser, clock):
    """Post, as a form where nothing else is said."""

    async def send(path, data, **headers):
        # Or the tries would be too many. Setting up two-factor authentication counts only what can be a code,
        # and has a new secret every 30 seconds.
        if path != "/2fa/instellen":
            clock.advance(timedelta(minutes=16))
        return await browser.client.post(
            path,
            data=urlencode(data).encode() if isinstance(data, dict) else data,
            headers={"Content-Type": FORM_TYPE, **headers},
            allow_redirects=False,
        )

    return send
