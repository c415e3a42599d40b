"""`dnr-mailer preview`: write every mail to files, to look at; nothing is sent and no setting needed."""

import argparse
import sys
from pathlib import Path

from pydantic.networks import AnyUrl

from mailer_service.config import PRODUCT_NAME, ProductName, Sender
from mailer_service.previewing.headless_browser import PROGRAMS, BrowserFailed, find_browser
from mailer_service.previewing.mail_previews import MailPreviews
from mailer_service.previewing.sample_mails import sample_mails
from mailer_service.writing.composing import Composer
from mailer_service.writing.rendering import Renderer
from shared.mail_facts import FACTS, Fact
from shared.settings import PublicUrl, ServiceSettings, load

FOLDER = Path("mail-previews")
NO_BROWSER = f"No pictures: this machine has none of {', '.join(PROGRAMS)} on its PATH."
KINDS = {fact.kind: fact for fact in FACTS}


class PreviewSettings(ServiceSettings):
    """What is in a mail of the worker's settings, made up where it isn't set."""

    public_url: PublicUrl = AnyUrl("https://inloggen.nachregister.example")
    product_name: ProductName = PRODUCT_NAME
    mail_from: Sender = "noreply@nachregister.example"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds, folder = "which mails, such as totp_reset; else all", "where to; else %(default)s"
    pictures = "with pictures, or without; else with them where this machine has a browser"
    parser.add_argument("kinds", nargs="*", type=kind_named, metavar="KIND", help=kinds)
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=folder)
    parser.add_argument("--png", action=argparse.BooleanOptionalAction, help=pictures)


def kind_named(name: str) -> type[Fact]:
    if name not in KINDS:
        raise argparse.ArgumentTypeError(f"no mail is called {name}; there are {', '.join(sorted(KINDS))}")
    return KINDS[name]


def run(chosen: argparse.Namespace) -> int:
    """1 where something can't be written."""
    settings = load(PreviewSettings)
    browser = None if chosen.png is False else find_browser()
    if chosen.png and browser is None:
        return failed(NO_BROWSER)
    samples = sample_mails(chosen.kinds)
    try:
        previews_in(chosen.out, settings).write(samples, browser)
    except (BrowserFailed, OSError) as error:
        return failed(str(error))
    sys.stdout.write(f"{len(samples)} mails are in {chosen.out}; open {chosen.out / 'index.html'}.\n")
    if chosen.png is None and browser is None:
        sys.stdout.write(f"{NO_BROWSER}\n")
    return 0


def previews_in(folder: Path, settings: PreviewSettings) -> MailPreviews:
    product, sender = settings.product_name, settings.mail_from
    return MailPreviews(
        folder,
        renderer=Renderer(product=product, sender=sender, public_url=str(settings.public_url)),
        composer=Composer(product=product, sender=sender),
    )


def failed(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
