"""schemathesis over the served document: whatever is sent, the answer is one that the document promises."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path

from aiohttp.test_utils import TestServer

from auth_service.accounts.tokens import token_digest
from auth_service.web.api.calls import CALLS
from auth_service.web.api.json_bodies import RECEIPT_EXAMPLE
from auth_service.web.api.sessions import CredentialsBody
from auth_service.web.app import build_app

SCHEMATHESIS = Path(sys.executable).with_name("st")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
# What can be varied in a call without a body is an id or a filter, and there is little of that.
EXAMPLES, EXAMPLES_WITHOUT_BODY = 100, 25
OPTIONS = [
    # The same requests in each run, so that what fails here fails everywhere.
    "--generation-deterministic",
    "--continue-on-failure",
    # All other checks are on. Which places exist, which passwords are safe and which codes were mailed is in
    # no schema: data of the right form is refused for that.
    "--exclude-checks=positive_data_acceptance",
    # Most of what is made up is refused, of course.
    "--warnings=off",
    "--no-color",
]
FEWEST_REQUESTS = 2_000
# A program that hangs is ended; on a machine that is busy it takes a good deal longer than on a quiet one.
LONGEST_SECONDS = 600
# These need a code, which was mailed or which an app shows, or a colleague who has such an app.
OUT_OF_REACH = {
    "/activaties",
    "/wachtwoordherstellingen",
    "/emailbevestigingen",
    "/sessies/huidige/totp",
    "/sessies/huidige/herstelcode",
    "/totp-registraties",
    "/totp-registraties/huidige",
    "/herstelcodes",
    "/gebruikers/{id}/totp-registratie",
    "/gebruikers/{id}",
    "/gebruikers/{id}/blokkade",
    "/aanvaarde-uitnodigingen",
    # These are for staff.
    "/gemeenten/{code}",
    "/gemeenten/{code}/logboek",
    "/gemeenten/{code}/medewerkers",
    "/gemeenten/{code}/rechtencontroles",
    "/gemeenten/{code}/bedrijven",
    "/gemeenten/{code}/bedrijven/{id}",
    "/gemeenten/{code}/bedrijven/{id}/activatiecodes",
    "/gemeenten/{code}/bedrijven/{id}/emailadres",
    "/gemeenten/{code}/gebruikers/{id}/wachtwoordherstelverzoeken",
    "/gemeenten/{code}/bedrijven/{id}/mailstop",
    "/gemeenten/{code}/gebruikers/{id}/mailstop",
    "/gemeenten/{code}/bedrijven/{id}/goedkeuringen",
    "/gemeenten/{code}/bedrijven/{id}/afwijzingen",
    "/gemeenten",
    "/gemeenten/{code}/deelname",
    "/gebruikers/{id}/totp-reset",
    "/gebruikers/{id}/totp-vrijgaven",
    "/totp-resetbezwaren",
    "/gemeenten/{code}/totp-verplichting",
}

# Ids of these are told by other calls, so that it depends on what is drawn whether they are reached.
REACHED_BY_CHANCE = {"/gebruikers/{id}/rol", "/uitnodigingen/{id}", "/uitnodigingen/{id}/emails"}


def example_of(body, attribute):
    return body.model_fields[attribute].examples[0]


def configuration():
    """In TOML, of which JSON's texts and lists are a part."""
    without_body = [f"{call.method} {call.path}" for call in CALLS if not call.has_body]
    return f"""\
[generation]
max-examples = {EXAMPLES}
[[operations]]
include-name = {json.dumps(without_body)}
[operations.generation]
max-examples = {EXAMPLES_WITHOUT_BODY}
"""


async def run_schemathesis(url, directory, **variables):
    (directory / "schemathesis.toml").write_text(configuration(), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        SCHEMATHESIS,
        "run",
        f"{url}/openapi.json",
        f"--url={url}",
        *OPTIONS,
        cwd=directory,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS), "API_URL": url, **variables},
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()


async def test_whatever_is_sent_is_answered_as_documented(
    services, make_account, make_pending, sql, tmp_path
):
    # The example of the document can log in.
    email, password = example_of(CredentialsBody, "email"), example_of(CredentialsBody, "password")
    await make_account(email=email, password=password)
    # And its receipt has a registration that waits.
    await make_pending()
    await sql.execute("UPDATE pending_registrations SET receipt_digest = $1", token_digest(RECEIPT_EXAMPLE))
    password_hash = await sql.fetchval("SELECT password_hash FROM accounts")
    app = build_app(services)
    answers = Counter()

    async def count_answer(request, response):
        resource = request.match_info.route.resource
        answers[request.method, resource.canonical if resource else None, response.status] += 1
        # So that the next one isn't slowed down, and gets in as this one did.
        await sql.execute("DELETE FROM throttle")
        await sql.execute("UPDATE accounts SET password_hash = $1, state = 'active'", password_hash)
        await sql.execute("UPDATE companies SET totp_required = false")

    app.on_response_prepare.append(count_answer)
    async with TestServer(app) as server:
        url = str(server.make_url("/v1"))
        code = await run_schemathesis(url, tmp_path, API_EMAIL=email, API_PASSWORD=password)

    assert code == 0
    assert sum(answers.values()) >= FEWEST_REQUESTS
    assert [answer for answer in answers if answer[2] >= 500] == []
    unmet = {call.path for call in CALLS if not answers[call.method, f"/v1{call.path}", call.status]}
    assert unmet - REACHED_BY_CHANCE == OUT_OF_REACH
