"""What no careful client sends: a clear problem each time, and nothing is stored."""

import asyncio
import json
from io import BytesIO

import pytest

from auth_service.web.api.calls import CALLS
from auth_service.web.body_limits import LARGEST_BODY
from tests.integration.auth.api.conftest import with_an_id
from tests.integration.auth.api.scene import BODIES, CREDENTIALS, problem_in, reasons
from tests.integration.auth.scene import count_rows

JSON = {"Content-Type": "application/json"}
PATHS = sorted(BODIES)
# Without those of staff: others are told first that there is no such gemeente, whatever they send.
OF_EVERYBODY = [path for path in PATHS if not path.startswith("/gemeenten/")]
NUMBER, CHOICE = "aantalSlaapplekken", "verplicht"
OPTIONAL = {"kvkNummer", "telefoonnummer"}


@pytest.fixture
async def api(api, make_account):
    """Somebody who is logged in: some calls refuse others whatever they send."""
    await make_account()
    opened = await api.post("/sessies", CREDENTIALS)
    api.headers = {"Authorization": f"Bearer {(await opened.json())['token']}"}
    return api


@pytest.fixture(autouse=True)
async def nothing_is_stored(api, sql):
    before = await count_rows(sql)
    yield
    assert await count_rows(sql) == before


def test_every_call_that_takes_a_body_is_looked_at():
    assert {call.path for call in CALLS if call.has_body} == set(BODIES)


def dumped(path, **changes):
    return json.dumps({**BODIES[path], **changes}).encode()


def doubled(path):
    """The same member twice: which of the two is meant?"""
    name, value = next(iter(BODIES[path].items()))
    return dumped(path)[:-1] + f', "{name}": {json.dumps(value)}}}'.encode()


def nested(depth):
    return b'{"email": ' + b"[" * depth + b"]" * depth + b"}"


UNREADABLE = {
    "nothing": lambda path: b"",
    "white space": lambda path: b" \n",
    "half a body": lambda path: dumped(path)[:-1],
    "two objects": lambda path: dumped(path) * 2,
    "a list": lambda path: b"[" + dumped(path) + b"]",
    "a text": lambda path: b'"' + b"a" * 100 + b'"',
    "null": lambda path: b"null",
    "a form": lambda path: b"email=jan%40dezon.example",
    "a member twice": doubled,
    "not a number": lambda path: dumped(path, email=float("nan")),
    "infinity": lambda path: dumped(path, email=float("-inf")),
    "a huge number": lambda path: b'{"aantalSlaapplekken": ' + b"9" * 10_000 + b"}",
    "broken UTF-8": lambda path: b'{"email": "\xff\xfe"}',
    "UTF-16": lambda path: dumped(path).decode().encode("utf-16"),
    "a byte order mark": lambda path: b"\xef\xbb\xbf" + dumped(path),
    "a lone surrogate": lambda path: b'{"email": "\\ud800"}',
    "a name with a lone surrogate": lambda path: b'{"\\udfff": 1}',
    "a bare control character": lambda path: b'{"email": "\x00"}',
    "deep JSON": lambda path: nested(300),
    "JSON as deep as fits": lambda path: nested(LARGEST_BODY // 2 - 10),
}


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_is_not_one_plain_object_is_refused(api, path):
    for how, body_for in UNREADABLE.items():
        response = await api.send_to(path, data=body_for(path), headers=JSON)

        problem = await problem_in(response, 400, "ongeldige-invoer")
        assert "invalidParams" not in problem, how


NOT_OURS = [
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/problem+json"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "application/json; charset=unicode_escape"},
    {"Content-Type": "json"},
    {"Content-Type": ""},
    {"Content-Type": "application/json", "Content-Encoding": "gzip"},
]


@pytest.mark.parametrize("path", PATHS)
async def test_only_json_in_utf_8_is_read(api, path):
    for headers in NOT_OURS:
        await problem_in(await api.send_to(path, data=dumped(path), headers=headers), 415)


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_of_5_mb_is_refused(api, path):
    body = BytesIO(b'{"email": "' + b"a" * 5_000_000 + b'"}')

    response = await api.send_to(path, data=body, headers=JSON)

    await problem_in(response, 413)


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_that_does_not_come_is_not_waited_for(open_api, path):
    api = await open_api(wait_seconds=0.05)
    finished = asyncio.Event()

    async def half_a_body():
        yield b'{"email": '
        await finished.wait()

    response = await api.send_to(path, data=half_a_body(), headers=JSON)

    await problem_in(response, 408)
    finished.set()


async def test_a_body_that_breaks_off_leaves_nothing_behind(api):
    server = api.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    head = f"POST /v1/activatiecodes HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: application/json\r\n"
    writer.write(f'{head}Content-Length: 100\r\n\r\n{{"email": '.encode())
    writer.write_eof()

    assert b" 500 " not in await reader.read()
    writer.close()


@pytest.mark.parametrize("path", PATHS)
async def test_a_member_of_the_wrong_type_is_named(api, path):
    for name in (name for name, right in BODIES[path].items() if isinstance(right, str | None)):
        for wrong in (1, 1.5, True, ["jan"], {"a": 1}):
            response = await api.send_to(path, json={**BODIES[path], name: wrong})

            problem = await problem_in(response, 400, "ongeldige-invoer")
            assert reasons(problem) == {name: "Dit veld moet tekst zijn."}


NOT_ABOVE_ZERO = "Vul een heel getal in van 1 of meer."
NUMBERS = [
    *((wrong, "Dit veld moet een heel getal zijn.") for wrong in ("4", "", 4.5, True, [4], {"a": 4})),
    *((wrong, NOT_ABOVE_ZERO) for wrong in (0, -4, 10**4_000)),
    (100_000, "Dit aantal is te hoog. Controleer het aantal slaapplekken."),
    (1e5, "Dit aantal is te hoog. Controleer het aantal slaapplekken."),
]


async def test_a_wrong_number_is_named(api):
    for number, reason in NUMBERS:
        response = await api.post("/registraties", {**BODIES["/registraties"], NUMBER: number})

        assert reasons(await problem_in(response, 400, "ongeldige-invoer")) == {NUMBER: reason}


async def test_a_choice_is_made_with_true_or_false_only(api):
    for wrong in ("", "ja", "true", 1, 0, 1.5, [True], {"a": True}):
        response = await api.send_to("/totp-verplichting", json={CHOICE: wrong})

        problem = await problem_in(response, 400, "ongeldige-invoer")
        assert reasons(problem) == {CHOICE: "Dit veld moet true of false zijn."}


@pytest.mark.parametrize("path", OF_EVERYBODY)
async def test_a_member_that_is_missing_is_refused_like_an_empty_one(api, path):
    for name in BODIES[path].keys() - OPTIONAL - {NUMBER, CHOICE}:
        without = {key: value for key, value in BODIES[path].items() if key != name}

        missing = await api.send_to(path, json=without)
        empty = await api.send_to(path, json={**without, name: ""})

        told = await missing.json()
        if path == "/activaties" and name == "wachtwoord":
            # Not required: the receipt would do too. The code is judged first.
            assert told["type"] == "code-ongeldig"
        else:
            assert list(reasons(await problem_in(missing, 400, "ongeldige-invoer"))) == [name]
        assert await empty.json() == told


async def test_without_any_member_every_required_one_is_named(api):
    problem = await problem_in(await api.post("/registraties", {}), 400, "ongeldige-invoer")

    assert set(reasons(problem)) == BODIES["/registraties"].keys() - OPTIONAL
    assert reasons(problem)[NUMBER] == "Vul in hoeveel slaapplekken u heeft."


@pytest.mark.parametrize("path", PATHS)
async def test_a_member_we_do_not_know_is_named(api, path):
    response = await api.send_to(path, json={**BODIES[path], "onbekend": 1, "x" * 10_000: {"y": [1]}})

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {
        "onbekend": "Dit veld kennen we niet.",
        "x" * 100: "Dit veld kennen we niet.",
    }


async def test_of_a_thousand_wrong_members_some_are_named(api):
    response = await api.post("/sessies", {str(number): number for number in range(1_000)})

    assert len(reasons(await problem_in(response, 400, "ongeldige-invoer"))) == 50


NEVER_ACCEPTED = ["\x00", "a\x00b\x1b", "\u202e\ufeff", "a" * 10_000, "\U0010ffff" * 1_000]


@pytest.mark.parametrize("path", OF_EVERYBODY)
@pytest.mark.parametrize("text", NEVER_ACCEPTED, ids=lambda text: ascii(text[:10]))
async def test_control_characters_and_endless_texts_are_refused(api, path, text):
    for name in BODIES[path].keys() - {NUMBER, CHOICE}:
        response = await api.send_to(path, json={**BODIES[path], name: text})

        # Where a password or a code is only compared, it is merely wrong.
        told = (response.status, (await response.json())["type"])
        assert told in {
            (400, "ongeldige-invoer"),
            (400, "code-ongeldig"),
            (401, "inloggen-mislukt"),
        }
        await problem_in(response, *told)
        if path in ("/registraties", "/bedrijfsgegevens"):
            assert list(reasons(await response.json())) == [name]


NO_RECEIPTS = ["", "a b", "x" * 65, "x" * 8_000, "é", "../..", "<script>"]


@pytest.mark.parametrize("path", [call.path for call in CALLS if call.has_body and call.takes_receipt])
async def test_what_is_not_a_receipt_is_named(api, path):
    for receipt in NO_RECEIPTS:
        response = await api.send_to(path, json=BODIES[path], headers={"Ontvangstbewijs": receipt})

        assert list(reasons(await problem_in(response, 400, "ongeldige-invoer"))) == ["Ontvangstbewijs"]


async def test_what_is_not_a_receipt_is_named_where_there_is_no_body_either(api):
    for receipt in NO_RECEIPTS:
        response = await api.get("/registraties/huidige", Ontvangstbewijs=receipt)

        assert list(reasons(await problem_in(response, 400, "ongeldige-invoer"))) == ["Ontvangstbewijs"]


@pytest.mark.parametrize("path", ["/sessies", "/activaties"])
async def test_what_is_not_a_receipt_is_named_in_a_body_too(api, path):
    for receipt in NO_RECEIPTS:
        response = await api.send_to(path, json={**BODIES[path], "ontvangstbewijs": receipt})

        assert list(reasons(await problem_in(response, 400, "ongeldige-invoer"))) == ["ontvangstbewijs"]


NOWHERE = ["", "/", "/nergens", "/openapi.json/", "//sessies", "/sessies/huidige/1", "/%00%ff", "/../v1/"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
async def test_an_unknown_path_is_not_found_and_so_is_one_with_a_slash_behind_it(api, method):
    for path in NOWHERE + [f"{call.path}/" for call in CALLS]:
        await problem_in(await api.send(method, path), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "OPTIONS", "PROPFIND"])
async def test_another_method_is_told_which_ones_there_are(api, method):
    for path in (*PATHS, "/sessies/huidige", "/openapi.json"):
        offered = {call.method for call in CALLS if call.path == path} or {"GET"}
        if method in offered:
            continue
        response = await api.send(method, with_an_id(path))

        await problem_in(response, 405)
        assert set(response.headers["Allow"].split(",")) - {"HEAD"} == offered


async def test_head_is_answered_without_a_body(api):
    api.headers = {}
    found = await api.send("HEAD", "/openapi.json")
    refused = await api.send("HEAD", "/sessies/huidige")

    assert (found.status, await found.read()) == (200, b"")
    assert (refused.status, refused.content_type, await refused.read()) == (
        401,
        "application/problem+json",
        b"",
    )


async def test_a_forged_host_is_refused(api):
    for path in (*PATHS, "/sessies/huidige", "/openapi.json", "/nergens"):
        await problem_in(await api.send("GET", path, headers={"Host": "evil.example"}), 421)
