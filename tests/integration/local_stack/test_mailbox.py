"""The development mailbox, over SMTP and HTTP on loopback."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiohttp.test_utils import TestClient, TestServer

from deploy.local.mailbox.kept_mail import KeptMail
from deploy.local.mailbox.site import make_site
from deploy.local.mailbox.smtp_server import REPLIES, Moment, RecordingHandler, listen, reply_by_address


@dataclass
class Mailbox:
    handler: RecordingHandler
    smtp_port: int
    site: TestClient[Any, Any]

    async def deliver(self, mail: EmailMessage) -> None:
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=self.smtp_port, start_tls=False)

    async def messages(self) -> list[dict[str, Any]]:
        answer = await self.site.get("/api/messages")
        messages: list[dict[str, Any]] = await answer.json()
        return messages

    async def page(self, path: str) -> str:
        answer = await self.site.get(path)
        assert answer.status == 200
        return await answer.text()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    kept = KeptMail(limit=3)
    handler = RecordingHandler(kept)
    smtp = await listen(handler)
    async with TestClient(TestServer(make_site(kept))) as site:
        yield Mailbox(handler, smtp.sockets[0].getsockname()[1], site)
    smtp.close()


def mail_about(subject: str, *, to: str = "info@hotel.example", html: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Digitaal Nachregister <noreply@nachregister.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content("Uw code is 1234.\nhttp://localhost:8080/activeren#code=1234\n")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


async def test_a_mail_arrives_with_all_that_tests_ask_for(mailbox: Mailbox) -> None:
    await mailbox.deliver(mail_about("Uw één code", html="<p>Uw code</p>"))

    [message] = await mailbox.messages()
    assert message["to"] == ["info@hotel.example"]
    assert message["from"] == "noreply@nachregister.example"
    assert message["subject"] == "Uw één code"
    assert message["text"] == "Uw code is 1234.\nhttp://localhost:8080/activeren#code=1234\n"
    assert message["html"] == "<p>Uw code</p>\n"
    assert message["headers"]["Subject"] == "Uw één code"
    assert message["raw"].startswith("From: Digitaal Nachregister")
    assert await (await mailbox.site.get(f"/api/messages/{message['id']}")).json() == message


async def test_the_newest_mail_comes_first_and_the_oldest_makes_room(mailbox: Mailbox) -> None:
    for number in range(5):
        await mailbox.deliver(mail_about(f"mail {number}"))

    assert [message["subject"] for message in await mailbox.messages()] == ["mail 4", "mail 3", "mail 2"]


async def test_an_address_outside_ascii_is_taken(mailbox: Mailbox) -> None:
    await mailbox.deliver(mail_about("Hallo", to="zoë@hotel.example"))

    [message] = await mailbox.messages()
    assert message["to"] == ["zoë@hotel.example"]
    assert message["headers"]["To"] == "zoë@hotel.example"


async def test_forgetting_all_leaves_an_empty_list(mailbox: Mailbox) -> None:
    await mailbox.deliver(mail_about("Hallo"))
    assert (await mailbox.site.delete("/api/messages")).status == 204

    assert await mailbox.messages() == []
    assert "Nog geen e-mails." in await mailbox.page("/")


async def test_an_unknown_mail_is_not_found(mailbox: Mailbox) -> None:
    for path in ("/api/messages/none", "/mail/none", "/mail/none/html"):
        assert (await mailbox.site.get(path)).status == 404


async def test_the_pages_show_what_a_mail_says_without_obeying_it(mailbox: Mailbox) -> None:
    await mailbox.deliver(mail_about("<script>alert(1)</script>", html="<html><head></head><p>x</p></html>"))
    [message] = await mailbox.messages()

    for path in ("/", "/lijst", f"/mail/{message['id']}"):
        page = await mailbox.page(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


async def test_the_html_of_a_mail_is_shown_sandboxed_with_links_in_a_new_tab(mailbox: Mailbox) -> None:
    await mailbox.deliver(mail_about("Hallo", html="<!doctype html><html><head></head><p>x</p></html>"))
    [message] = await mailbox.messages()
    answer = await mailbox.site.get(f"/mail/{message['id']}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert '<head><base target="_blank">' in await answer.text()


async def test_a_mail_that_is_no_proper_mail_is_shown_all_the_same(mailbox: Mailbox) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.smtp_port, start_tls=False) as client:
        await client.sendmail(
            "a@b.example", ["c@d.example"], b"Content-Type: text/plain; charset=nonsense\n\n\xff\xfe"
        )

    [message] = await mailbox.messages()
    assert message["from"] == "a@b.example"
    assert message["subject"] == ""
    assert "(geen onderwerp)" in await mailbox.page(f"/mail/{message['id']}")


async def test_replies_can_be_scripted_and_only_accepted_mail_is_kept(mailbox: Mailbox) -> None:
    replies = iter(["451 4.3.0 Later", None])
    mailbox.handler.reply = lambda moment, _: next(replies) if moment is Moment.DATA else None

    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await mailbox.deliver(mail_about("Hallo"))
    assert refused.value.code == 451
    await mailbox.deliver(mail_about("Hallo"))

    assert len(await mailbox.messages()) == 1


async def test_a_recipient_can_be_refused(mailbox: Mailbox) -> None:
    mailbox.handler.reply = lambda moment, _: "550 5.1.1 Unknown" if moment is Moment.RCPT else None

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await mailbox.deliver(mail_about("Hallo"))
    assert await mailbox.messages() == []


async def test_some_addresses_are_always_refused_or_put_off(mailbox: Mailbox) -> None:
    mailbox.handler.reply = reply_by_address

    for local_part, reply in REPLIES.items():
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await mailbox.deliver(mail_about("Hallo", to=f"{local_part}@hotel.example"))
        (answer,) = refused.value.recipients
        assert f"{answer.code} {answer.message}" == reply
    await mailbox.deliver(mail_about("Hallo", to="weiger@hotel.example"))

    assert len(await mailbox.messages()) == 1
