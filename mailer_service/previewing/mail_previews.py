"""Every mail as files: the mail itself, its two parts, pictures of it, and a page with all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import jinja2

from mailer_service.previewing.headless_browser import headless_browser
from mailer_service.previewing.sample_mails import SampleMail
from mailer_service.writing.composing import Composer
from mailer_service.writing.rendering import Renderer
from shared.mail_contract import fact_event

# In CSS pixels, of a common phone and of the pane of a mail program.
WIDTHS = {"phone": 390, "desktop": 800}
SCHEMES = ("light", "dark")


@dataclass
class Preview:
    """The names of what was written about one mail, in the folder of all."""

    name: str
    subject: str
    pictures: list[str] = field(default_factory=list)


class MailPreviews:
    def __init__(self, folder: Path, *, renderer: Renderer, composer: Composer) -> None:
        self._folder = folder
        self._renderer = renderer
        self._composer = composer

    def write(self, samples: Sequence[SampleMail], browser: str | None) -> None:
        """Pictures too where there is a browser; raises BrowserFailed, Unmailable and OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        previews = [self._written(sample) for sample in samples]
        if browser is not None:
            self._take_pictures(previews, browser)
        page = index_page().render(previews=previews, widths=WIDTHS)
        (self._folder / "index.html").write_text(page, encoding="utf-8")

    def _written(self, sample: SampleMail) -> Preview:
        rendered = self._renderer.render(sample.fact, sample.code)
        event = fact_event(uuid5(NAMESPACE_URL, sample.name), sample.fact)
        mail = self._composer.compose(event, sample.fact, rendered)
        (self._folder / f"{sample.name}.eml").write_bytes(mail.content)
        (self._folder / f"{sample.name}.txt").write_text(rendered.text, encoding="utf-8")
        (self._folder / f"{sample.name}.html").write_text(rendered.html, encoding="utf-8")
        return Preview(sample.name, rendered.subject)

    def _take_pictures(self, previews: list[Preview], program: str) -> None:
        with headless_browser(program) as browser:
            for preview in previews:
                page = self._folder / f"{preview.name}.html"
                for screen, width in WIDTHS.items():
                    for scheme in SCHEMES:
                        name = f"{preview.name}.{screen}-{scheme}.png"
                        (self._folder / name).write_bytes(browser.picture(page, width=width, scheme=scheme))
                        preview.pictures.append(name)


def index_page() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("index.html")
