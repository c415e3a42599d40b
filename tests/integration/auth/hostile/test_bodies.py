"""Bodies that no form of ours sends: refused in Dutch, unread where that can be."""

import asyncio
from io import BytesIO
from urllib.parse import urlencode

import pytest

from auth_service.web.app import ROUTES
from auth_service.web.body_limits import LARGEST_BODY
from auth_service.web.form_input import FORM_TYPE, MOST_FIELDS
from tests.integration.auth.hostile.scene import FORMS, address_of, told_in_dutch
from tests.integration.auth.serving import answer_to

pytestmark = pytest.mark.usefixtures("no_error_of_ours")
PAGES = sorted({address_of(route.path) for route in ROUTES if route.method == "GET"})
TOO_MUCH = 5_000_000


def test_every_form_is_looked_at():
    assert {address_of(route.path) for route in ROUTES if route.method == "POST"} == set(FORMS)


NOT_FORMS = [
    ("application/json", b'{"email": "jan@dezon.example"}'),
    ("text/plain", b"email=jan%40dezon.example"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na\r\n--x--',
    ),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="email"; filename="a.exe"\r\n\r\nMZ\r\n--x--\r\n',
    ),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    ("multipart/form-data", b"--"),
    ("application/octet-stream", bytes(range(256))),
    ("application/x-www-form-urlencoded; charset=utf-16", "email=a".encode("utf-16")),
    ("application/x-www-form-urlencoded; charset=\xff", b"email=a"),
    ("application/x-www-form-urlencoded; charset=unicode_escape", b"email=%5cud800"),
    ("application/x-www-form-urlencoded; charset=punycode", b"email=a"),
    ("application/x-www-form-urlencoded; charset*0*=x'y'%ff", b"email=a"),
    ("form", b"email=a"),
    (';;="\\', b"email=a"),
    ("", b"email=a"),
]


@pytest.mark.parametrize("path", FORMS)
async def test_only_what_a_form_sends_is_read(send, path):
    for content_type, body in NOT_FORMS:
        await told_in_dutch(await send(path, body, **{"Content-Type": content_type}), 415)
    await told_in_dutch(await send(path, b"email=a", **{"Content-Encoding": "gzip"}), 415)


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_without_a_content_type_is_not_read(browser, path):
    answer = await answer_to(
        browser.client.server,
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na".encode(),
    )

    assert answer.status == 415
    assert '<html lang="nl">' in answer.text


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_5_mb_is_refused(send, token, path):
    response = await send(path, BytesIO(f"csrf={token}&email={'a' * TOO_MUCH}".encode()))

    assert "Wat u stuurt, is te groot." in await told_in_dutch(response, 413)


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_that_drips_in_is_not_waited_for(open_browser, path):
    browser = await open_browser(wait_seconds=0.1)
    finished = asyncio.Event()

    async def drops():
        while not finished.is_set():
            yield b"a"
            await asyncio.sleep(0.01)

    response = await browser.client.post(path, data=drops(), headers={"Content-Type": FORM_TYPE})
    finished.set()

    assert "Het versturen duurde te lang." in await told_in_dutch(response, 408)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_does_not_read_what_is_sent_along(browser, path):
    plain = await browser.get(path)

    with_body = await browser.client.get(path, data=BytesIO(b"a" * LARGEST_BODY * 2), allow_redirects=False)

    assert with_body.status == plain.status in (200, 303)


UNREADABLE = {
    "broken UTF-8": "{name}=\xff\xfe",
    "broken UTF-8, encoded": "{name}=%ff%fe",
    "half a letter": "{name}=a%c3",
    "an encoded surrogate": "{name}=%ed%a0%80",
    "broken UTF-8 in a name": "{name}=a&\xff=b",
    "broken UTF-8 in a name, encoded": "{name}=a&%ff=b",
    "the field twice": "{name}=a&{name}=a",
    "an unknown field twice": "{name}=a&x=&x=",
    "endless fields": "{name}=a&" + "&".join(f"a{number}" for number in range(MOST_FIELDS)),
}


@pytest.mark.parametrize("path", FORMS)
async def test_what_could_be_read_in_two_ways_or_in_none_is_refused(send, token, path):
    for name in (*FORMS[path], "onbekend"):
        others = urlencode({"csrf": token, **{key: FORMS[path][key] for key in FORMS[path].keys() - {name}}})
        for body in UNREADABLE.values():
            sent = f"{others}&{body.format(name=name)}".encode("latin-1")
            page = await told_in_dutch(await send(path, sent), 400)
            assert "We kunnen niet lezen wat uw browser stuurde." in page
