"""What the pages never let out: secrets in a log or an address, and answers that somebody could keep."""

import re

import pytest
from structlog.testing import capture_logs

from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.two_factor.guest import CODE, PAPER, SETUP

RECOVERY, PROOF, NEW_CODES = "/inloggen/herstelcode", "/account/bevestigen", "/account/2fa/herstelcodes"


async def whole_way(guest, open_browser):
    """Everything that one can do, right and wrong; returns the answers and every secret that was in it."""
    answers = [await guest.log_in(), await guest.get(SETUP), await guest.get("/2fa/instellen/aanbod")]
    phone = await guest.scan()
    sessions, typed = [guest.session], [phone.wrong_code(), phone.code(-1), phone.code()]
    answers += [await guest.post(SETUP, code=phone.wrong_code()), await guest.enrol()]
    answers += [await guest.get(PAPER), await guest.get(f"{PAPER}/bestand"), await guest.post(PAPER)]
    sessions.append(guest.session)
    elsewhere = guest.elsewhere(await open_browser())
    answers += [await elsewhere.log_in(), await elsewhere.get(CODE), await elsewhere.get(RECOVERY)]
    sessions.append(elsewhere.session)
    typed.append(phone.code())
    for path, code in ((CODE, phone.wrong_code()), (RECOVERY, guest.codes[0]), (PROOF, phone.code())):
        answers.append(await elsewhere.post(path, code=code, wachtwoord=PASSWORD))
        sessions.append(elsewhere.session)
    answers += [await elsewhere.get("/account/2fa"), await elsewhere.post(NEW_CODES)]
    answers += [await elsewhere.get(PROOF), await elsewhere.get("/account/2fa/resetten")]
    answers.append(await elsewhere.post("/account/2fa/resetten"))
    secrets = [phone.secret, *typed, *guest.codes, *(code.replace("-", "") for code in guest.codes), PASSWORD]
    return answers, {*secrets, *filter(None, sessions)}


def found(secrets, text):
    """Whole ones: six digits in a row are in many an id."""
    return [secret for secret in secrets if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text)]


@pytest.fixture
async def done(guest, open_browser, caplog):
    with capture_logs() as ours:
        answers, secrets = await whole_way(guest, open_browser)
    return answers, secrets, f"{ours} {caplog.text}"


async def test_no_secret_is_logged_or_stands_in_an_address(done):
    answers, secrets, logged = done

    assert "totp_enabled" in logged
    assert "recovery_code_used" in logged
    assert "totp_reset" in logged
    assert found(secrets, logged) == []
    addresses = " ".join(answer.headers.get("Location", "") for answer in answers)
    assert "/2fa/herstelcodes" in addresses
    assert found(secrets, addresses) == []


async def test_no_answer_may_be_kept(done):
    answers, _, _ = done

    assert {answer.status for answer in answers} == {200, 303, 400}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
