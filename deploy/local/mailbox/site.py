"""The mailbox's pages, and `/api/messages` for tests."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.local.mailbox.kept_mail import KeptMail, ReceivedMail
from deploy.local.mailbox.mail_reading import read

HERE = Path(__file__).parent
KEPT = web.AppKey("kept", KeptMail)
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A mail is somebody else's HTML: no script, no request to anywhere; its links open in a tab of their own.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
OPENS_IN_NEW_TAB = '<base target="_blank">'
READERS_TIME = ZoneInfo("Europe/Amsterdam")

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def readers_time(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(READERS_TIME):%d-%m-%Y %H:%M:%S}"


templates.filters["readers_time"] = readers_time


def make_site(kept: KeptMail) -> web.Application:
    site = web.Application()
    site[KEPT] = kept
    site.add_routes(
        [
            web.get("/", show_list),
            web.get("/lijst", show_rows),
            web.get("/mail/{id}", show_mail),
            web.get("/mail/{id}/html", show_html),
            web.get("/api/messages", list_messages),
            web.delete("/api/messages", forget_messages),
            web.get("/api/messages/{id}", get_message),
            web.static("/static", HERE / "static"),
        ]
    )
    return site


async def show_list(request: web.Request) -> web.Response:
    return page("list.html", mails=[read(mail) for mail in request.app[KEPT].newest_first()])


async def show_rows(request: web.Request) -> web.Response:
    """The list alone, for the script that looks for new mail."""
    return page("rows.html", mails=[read(mail) for mail in request.app[KEPT].newest_first()])


async def show_mail(request: web.Request) -> web.Response:
    return page("mail.html", mail=read(asked_mail(request)))


async def show_html(request: web.Request) -> web.Response:
    html = with_links_in_new_tab(read(asked_mail(request)).html)
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


async def list_messages(request: web.Request) -> web.Response:
    return web.json_response([read(mail).as_json() for mail in request.app[KEPT].newest_first()])


async def get_message(request: web.Request) -> web.Response:
    return web.json_response(read(asked_mail(request)).as_json())


async def forget_messages(request: web.Request) -> web.Response:
    request.app[KEPT].forget_all()
    return web.Response(status=204)


def asked_mail(request: web.Request) -> ReceivedMail:
    mail = request.app[KEPT].find(request.match_info["id"])
    if mail is None:
        raise web.HTTPNotFound(text="Deze e-mail is er niet (meer).")
    return mail


def page(template: str, **values: object) -> web.Response:
    text = templates.get_template(template).render(values)
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def with_links_in_new_tab(html: str) -> str:
    """Inside the head where there is one: before the doctype it would put the browser in quirks mode."""
    marked, count = re.subn(r"(<head\b[^>]*>)", rf"\1{OPENS_IN_NEW_TAB}", html, count=1, flags=re.IGNORECASE)
    return marked if count else f"<!doctype html>{OPENS_IN_NEW_TAB}{html}"
