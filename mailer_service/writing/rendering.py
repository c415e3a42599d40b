"""The words of a mail: one folder of three templates per kind of fact.

A template sees the fields of its fact, `code`, `site`, `product` and `sender`, and the filters `moment`,
`date`, `lifetime` and `days`, and what `styles.html`, `pieces.html` and `acting.txt` hold. A new mail needs
no code here.
"""

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2

from mailer_service.writing.dutch_spans import days, lifetime
from mailer_service.writing.harmless_text import LONGEST, harmless_text
from mailer_service.writing.unmailable import Unmailable
from shared.contract_model import ContractModel
from shared.dutch_times import date, moment
from shared.mail_facts import Fact, GemeenteContact

TEMPLATES = Path(__file__).parents[1] / "templates"
STYLE = re.compile(r"\{\{ styles\.(\w+) \}\}")
PARTS = ("subject.txt", "body.txt", "body.html")
# Addresses and seals, whose form the contract sees to: not to be touched.
MACHINE_FIELDS = {"to", "sealed_code", "email", "new_address_masked", "invited_by", "account_email"}
# Written by the gemeente for its reader, and as long as its form takes.
LONG_TEXTS = {"reason": 500}


class StyledLoader(jinja2.FileSystemLoader):
    """Templates with every `{{ styles.… }}` written out: as variables they would be escaped in each mail."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        styles = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True)
        self._styles = exported_by(styles.get_template("styles.html").module)

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_fresh = super().get_source(environment, template)

        def style(named: re.Match[str]) -> str:
            if named[1] not in self._styles:
                raise jinja2.TemplateSyntaxError(f"there is no style {named[1]!r}", 1, template, path)
            return str(self._styles[named[1]])

        return STYLE.sub(style, source), path, is_fresh


def exported_by(module: object) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


class MailEnvironment(jinja2.Environment):
    """What templates share must be there before they are loaded, as `jinja2` advises anyway."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        # Every part of every mail goes through them twice, which takes several times as long with the
        # ChainMap that jinja2 makes.
        return {**self.globals, **(d or {})}


@dataclass(frozen=True)
class RenderedMail:
    subject: str
    text: str
    html: str


class Renderer:
    def __init__(self, *, product: str, sender: str, public_url: str) -> None:
        self._public = urlsplit(public_url)
        self._environment = MailEnvironment(
            loader=StyledLoader(TEMPLATES),
            autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
            undefined=jinja2.StrictUndefined,
            # They don't change while we run; looking whether they did takes a sixth of the time.
            auto_reload=False,
            # All of them, without a limit: with one, each look-up notes down which was used last.
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(product=product, sender=sender)
        self._environment.filters.update(moment=moment, date=date, lifetime=lifetime, days=days)
        self._share_pieces()

    def _share_pieces(self) -> None:
        """Give all templates the pieces, which each would else import anew with every mail."""
        for name in ("pieces.html", "acting.txt"):
            module = self._environment.get_template(name).module
            self._environment.globals |= exported_by(module)

    def render(self, fact: Fact, code: str | None) -> RenderedMail:
        """The mail about `fact`; raises Unmailable where a template fails."""
        try:
            words = readable_fields(fact) | {"code": code, "site": self.site_for(fact.gemeente)}
            subject, text, html = (
                self._environment.get_template(f"{fact.kind}/{part}").render(words) for part in PARTS
            )
        except (jinja2.TemplateError, ValueError) as error:
            raise Unmailable("template_failed", f"{type(error).__name__}: {error}") from error
        return RenderedMail(subject.strip(), text.strip() + "\n", html.strip() + "\n")

    def site_for(self, gemeente: GemeenteContact) -> str:
        """Where the links lead: to the gemeente's own host where it has one."""
        if not gemeente.host:
            return f"{self._public.scheme}://{self._public.netloc}"
        own = urlsplit(f"//{gemeente.host}")
        port = own.port or self._public.port
        host = quote(own.hostname or "", safe=".-")
        return f"{self._public.scheme}://{host}" + (f":{port}" if port else "")


def readable_fields(fact: ContractModel) -> dict[str, Any]:
    """Every field by name; all text made harmless here, so that no template can forget it."""
    return {
        name: readable(name, getattr(fact, name)) for name in type(fact).model_fields if name != "sealed_code"
    }


def readable(name: str, value: object) -> object:
    if isinstance(value, ContractModel):
        return readable_part(value)
    if isinstance(value, str) and name not in MACHINE_FIELDS:
        return harmless_text(value, LONG_TEXTS.get(name, LONGEST))
    return value


# The contact of a gemeente, so far: one for all of its mails, and there are some 340 of them.
@lru_cache(maxsize=1_000)
def readable_part(part: ContractModel) -> SimpleNamespace:
    # Looking up an attribute of a dict, a template first fails to find one.
    return SimpleNamespace(**readable_fields(part))
