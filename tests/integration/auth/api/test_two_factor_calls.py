"""The calls of two-factor authentication, over the flows of its pages."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from auth_service.accounts.attempt_budgets import ENROLMENT, OWN_ACT
from tests.integration.auth.api.program import (
    CURRENT,
    ENROLMENTS,
    OFFERS,
    Program,
)
from tests.integration.auth.api.scene import problem_in, reasons
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD
from tests.integration.auth.two_factor.phone import STEP

TOTP, RECOVERY, PROOF = f"{CURRENT}/totp", f"{CURRENT}/herstelcode", f"{CURRENT}/herbevestiging"
OWN, RECOVERY_CODES = "/totp-registraties/huidige", "/herstelcodes"
NO_RECOVERY_CODE = "0000-0000-0000-0000"
LONG = timedelta(minutes=5)


@pytest.fixture
async def program(api, clock, make_account):
    """Logged in, without two-factor authentication."""
    await make_account()
    program = Program(api, clock)
    await program.log_in()
    return program


@pytest.fixture
async def enrolled(program):
    await program.enrol()
    return program


@pytest.fixture
async def obliged(program, sql):
    """Who has to set it up."""
    await sql.execute("UPDATE gemeenten SET totp_required = true")
    return program


@pytest.fixture
async def awaiting(enrolled):
    """Logged in again, with the password alone."""
    await enrolled.log_in()
    return enrolled


async def test_who_has_to_set_it_up_does_so_and_is_in(obliged):
    status = await obliged.log_in()
    offered = await obliged.scan()

    answer = await obliged.call(ENROLMENTS, {"code": obliged.phone.code()})

    enrolled = await answer.json()
    assert (status, answer.status) == ("totpInstellen", 201)
    assert len(set(enrolled["herstelcodes"])) == 10
    uri = urlsplit(offered["otpauthUri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["secret"] == [offered["geheim"]]
    assert offered["geldigTot"] == "2026-11-23T13:15:00Z"
    old, obliged.token = obliged.token, enrolled["token"]
    assert await obliged.status() == "volledig"
    obliged.token = old
    await problem_in(await obliged.call(CURRENT, method="GET"), 401, "niet-ingelogd")


async def test_a_secret_is_the_same_within_its_step(program):
    first, again = await program.scan(), await program.scan()
    program.clock.advance(STEP)

    assert first == again
    assert (await program.scan())["geheim"] != first["geheim"]


@pytest.mark.parametrize("path", [TOTP, RECOVERY])
async def test_the_second_factor_makes_a_session_full_under_another_token(enrolled, path):
    status = await enrolled.log_in()

    answer = await enrolled.call(path, {"code": enrolled.phone.code() if path == TOTP else enrolled.codes[0]})

    opened = await answer.json()
    assert (status, answer.status, opened["status"]) == ("totpVereist", 200, "volledig")
    await problem_in(await enrolled.call(CURRENT, method="GET"), 401, "niet-ingelogd")
    enrolled.token = opened["token"]
    assert await enrolled.status() == "volledig"


@pytest.mark.parametrize(
    ("path", "wrong", "reason"),
    [
        (TOTP, None, "Code is ongeldig. Wacht op een nieuwe code in de app en probeer het opnieuw."),
        (RECOVERY, NO_RECOVERY_CODE, "Code is ongeldig. Deze herstelcode klopt niet of is al gebruikt."),
    ],
)
async def test_a_wrong_code_is_refused(awaiting, path, wrong, reason):
    answer = await awaiting.call(path, {"code": wrong or awaiting.phone.wrong_code()})

    problem = await problem_in(answer, 400, "code-ongeldig")
    assert problem["detail"] == reason
    assert reasons(problem) == {"code": reason}


@pytest.mark.parametrize(("ahead", "which"), [(4, "voor"), (-4, "achter")])
async def test_a_phone_whose_clock_is_off_is_told_what_time_it_is(awaiting, ahead, which):
    awaiting.phone.ahead = ahead
    first = await problem_in(await awaiting.call(TOTP, {"code": awaiting.phone.code()}), 400, "code-ongeldig")
    awaiting.clock.advance(STEP)

    second = await problem_in(
        await awaiting.call(TOTP, {"code": awaiting.phone.code()}), 400, "code-ongeldig"
    )

    assert "klok" not in first["detail"]
    assert second["detail"] == (
        f"Code is ongeldig. De klok van uw telefoon loopt niet gelijk: hij loopt {which}."
        " Op onze klok was het 14.06 uur en 0 seconden toen u de code stuurde."
        " Vergelijk dat met uw telefoon."
    )


@pytest.mark.parametrize(("path", "typed"), [(TOTP, "12345"), (RECOVERY, "K7QM")])
async def test_what_is_no_code_is_wrong_input(awaiting, path, typed):
    problem = await problem_in(await awaiting.call(path, {"code": typed}), 400, "ongeldige-invoer")

    assert list(reasons(problem)) == ["code"]


@pytest.mark.parametrize("path", [TOTP, RECOVERY])
async def test_who_guesses_has_to_wait(awaiting, path):
    guess = {"code": awaiting.phone.wrong_code() if path == TOTP else NO_RECOVERY_CODE}
    statuses = {(await awaiting.call(path, guess)).status for _ in range(5)}

    slowed = await awaiting.call(path, guess)

    await problem_in(slowed, 429, "te-vaak")
    assert statuses == {400}
    assert 0 < int(slowed.headers["Retry-After"]) <= 5 * 60


async def test_guessing_at_setting_it_up_is_slowed_down_too(program):
    await program.scan()
    wrong = {"code": program.phone.wrong_code()}
    statuses = {(await program.call(ENROLMENTS, wrong)).status for _ in range(ENROLMENT.at_once)}

    slowed = await program.call(ENROLMENTS, wrong)

    await problem_in(slowed, 429, "te-vaak")
    assert statuses == {400}


async def test_proving_anew_who_it_is_lets_what_matters_be_done(enrolled):
    enrolled.clock.advance(LONG)
    await problem_in(await enrolled.call(RECOVERY_CODES), 403, "herbevestiging-nodig")

    proven = await enrolled.call(PROOF, {"wachtwoord": PASSWORD, "code": enrolled.phone.code()})

    made = await enrolled.call(RECOVERY_CODES)
    assert (proven.status, await proven.text(), made.status) == (204, "", 201)
    assert not set((await made.json())["herstelcodes"]) & set(enrolled.codes)


@pytest.mark.parametrize(
    ("body", "kind", "names"),
    [
        ({"wachtwoord": PASSWORD}, "ongeldige-invoer", ["code"]),
        ({"wachtwoord": OTHER_PASSWORD, "code": NO_RECOVERY_CODE}, "ongeldige-invoer", ["wachtwoord"]),
        ({"wachtwoord": PASSWORD, "code": NO_RECOVERY_CODE}, "code-ongeldig", ["code"]),
    ],
)
async def test_what_proves_nothing_is_refused(enrolled, body, kind, names):
    problem = await problem_in(await enrolled.call(PROOF, body), 400, kind)

    assert list(reasons(problem)) == names


async def test_without_two_factor_authentication_the_password_proves_it(program):
    program.clock.advance(LONG)
    stale = await program.call(OFFERS)

    proven = await program.call(PROOF, {"wachtwoord": PASSWORD})

    await problem_in(stale, 403, "herbevestiging-nodig")
    assert (proven.status, (await program.call(OFFERS)).status) == (204, 201)


async def test_resetting_it_ends_every_session(enrolled):
    answer = await enrolled.call(OWN, method="DELETE")

    assert (answer.status, await answer.text()) == (204, "")
    await problem_in(await enrolled.call(CURRENT, method="GET"), 401, "niet-ingelogd")
    assert await enrolled.log_in() == "volledig"


async def test_after_a_reset_by_somebody_else_the_mailed_code_is_asked_too(enrolled, sql):
    await sql.execute("UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = $1", enrolled.clock())
    await sql.execute("DELETE FROM totp_enrolments")
    await enrolled.log_in()
    await enrolled.scan()

    code = enrolled.phone.code()
    without = await problem_in(await enrolled.call(ENROLMENTS, {"code": code}), 400, "ongeldige-invoer")
    wrong = await enrolled.call(ENROLMENTS, {"code": code, "codeUitEmail": "0" * 48})

    assert list(reasons(without)) == ["codeUitEmail"]
    problem = await problem_in(wrong, 400, "code-ongeldig")
    assert list(reasons(problem)) == ["codeUitEmail"]


needs_full_session = pytest.mark.parametrize(
    ("path", "method"), [(OWN, "DELETE"), (RECOVERY_CODES, "POST")], ids=["reset", "recovery codes"]
)


@needs_full_session
async def test_what_needs_a_full_session_is_refused_where_there_is_nothing_set_up(program, path, method):
    await problem_in(await program.call(path, method=method), 409, "niet-ingesteld")


@needs_full_session
async def test_what_needs_a_full_session_is_refused_where_the_code_is_owed(awaiting, path, method):
    await problem_in(await awaiting.call(path, method=method), 403, "totp-vereist")


@needs_full_session
async def test_what_needs_a_full_session_is_refused_where_setting_it_up_is_owed(obliged, path, method):
    await problem_in(await obliged.call(path, method=method), 403, "totp-instellen")


@needs_full_session
async def test_what_needs_a_full_session_is_refused_without_a_fresh_proof(enrolled, path, method):
    enrolled.clock.advance(LONG)

    await problem_in(await enrolled.call(path, method=method), 403, "herbevestiging-nodig")


async def test_where_no_code_is_owed_none_is_taken(enrolled):
    for path, code in ((TOTP, enrolled.phone.code()), (RECOVERY, enrolled.codes[0])):
        await problem_in(await enrolled.call(path, {"code": code}), 409, "geen-code-nodig")


async def test_nobody_sets_it_up_twice(enrolled):
    await problem_in(await enrolled.call(OFFERS), 409, "al-ingesteld")
    answer = await enrolled.call(ENROLMENTS, {"code": enrolled.phone.code()})
    await problem_in(answer, 409, "al-ingesteld")


async def test_who_owes_the_code_can_prove_nothing_else_anew(awaiting):
    body = {"wachtwoord": PASSWORD, "code": awaiting.phone.code()}

    await problem_in(await awaiting.call(PROOF, body), 403, "totp-vereist")


async def test_a_mailed_code_must_be_text(program):
    answer = await program.call(ENROLMENTS, {"code": "287082", "codeUitEmail": 1})

    problem = await problem_in(answer, 400, "ongeldige-invoer")
    assert reasons(problem) == {"codeUitEmail": "Dit veld moet tekst zijn."}


async def test_one_sees_whether_it_is_on_and_how_many_recovery_codes_are_left(enrolled):
    told = await (await enrolled.call(OWN, method="GET")).json()

    assert told["ingesteldOp"]
    assert (told["isVerplicht"], told["herstelcodesOver"]) == (False, 10)


async def test_what_leaves_a_line_in_the_trail_is_slowed_down(enrolled):
    statuses = {(await enrolled.call(RECOVERY_CODES)).status for _ in range(OWN_ACT.at_once)}

    made = await enrolled.call(RECOVERY_CODES)
    decided = await enrolled.call("/totp-verplichting", {"verplicht": True}, "PUT")

    assert statuses == {201}
    for slowed in (made, decided):
        await problem_in(slowed, 429, "te-vaak")
        assert 0 < int(slowed.headers["Retry-After"]) <= 60


async def test_one_sees_that_it_is_off(program):
    told = await (await program.call(OWN, method="GET")).json()

    assert told == {"ingesteldOp": None, "isVerplicht": False, "herstelcodesOver": 0}


async def test_a_further_code_is_mailed_and_enrols(enrolled, outbox, sql):
    await sql.execute("UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = $1", enrolled.clock())
    await sql.execute("DELETE FROM totp_enrolments")
    await sql.execute("DELETE FROM outbox")
    await enrolled.log_in()

    assert (await enrolled.call("/totp-registratiecodes")).status == 204

    mailed = await outbox.newest()
    await enrolled.scan()
    answer = await enrolled.call(ENROLMENTS, {"code": enrolled.phone.code(), "codeUitEmail": mailed.code})
    assert (mailed.kind, answer.status) == ("totp_reset", 201)


async def test_where_none_is_needed_none_is_mailed(program, outbox):
    assert (await program.call("/totp-registratiecodes")).status == 204

    assert await outbox.mails() == []
