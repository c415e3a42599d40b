"""What a mail takes of the processor from message to bytes, and what Python's own email package would."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.writing.composing import Composer
from mailer_service.writing.dkim_signing import DkimSigner
from mailer_service.writing.mail_preparation import MailPreparation
from mailer_service.writing.rendering import Renderer
from shared.mail_contract import decode, encode
from shared.sealing import MessageSeal
from tests.bench.figures import table, verdict
from tests.bench.peers.peer_mail import SENDER
from tests.bench.sample_mails import sample_mails
from tests.library_mails import LibraryMails

WINDOWS = 9
MAILS_PER_WINDOW = 100
AIM_SECONDS = 150e-6

PRODUCT = "Digitaal Nachregister"
OURS, EMAIL_MIME, EMAIL_MESSAGE = "compose", "compose by email.mime", "compose by email.message"

# CPU seconds a mail, one for each window.
Windows = Mapping[str, Sequence[float]]


def measure_composing(now: datetime) -> tuple[int, Windows]:
    """The mail's size in bytes, and what each step took: in turns, so that others at work harm all alike."""
    steps, size = steps_of_a_mail(now)
    for step in steps.values():
        cpu_seconds_of(step)
    rounds = [{name: cpu_seconds_of(step) for name, step in steps.items()} for _ in range(WINDOWS)]
    return size, {name: [taken[name] for taken in rounds] for name in steps}


def steps_of_a_mail(now: datetime) -> tuple[dict[str, Callable[[], object]], int]:
    key = Fernet.generate_key().decode()
    (sample,) = sample_mails(1, key, now)
    event, fact = sample.event, sample.event.data
    seal = MessageSeal([key])
    code = seal.open(event.id, fact.sealed_code)
    renderer = Renderer(product=PRODUCT, sender=SENDER, public_url="https://inloggen.nachregister.example/")
    rendered = renderer.render(fact, code)
    library = LibraryMails(PRODUCT, SENDER)
    bounces = BounceAddresses("bounce.nachregister.example", "0123456789abcdef" * 2)
    composer = Composer(product=PRODUCT, sender=SENDER, bounces=bounces)
    signing = Composer(product=PRODUCT, sender=SENDER, bounces=bounces, signer=signer())
    steps: dict[str, Callable[[], object]] = {
        "decode": partial(decode, encode(event)),
        "unseal": partial(seal.open, event.id, fact.sealed_code),
        "render": partial(renderer.render, fact, code),
        OURS: partial(composer.compose, event, fact, rendered),
        "unseal, render and compose": partial(
            MailPreparation(seal=seal, renderer=renderer, composer=composer).prepare, event, fact
        ),
        "compose and sign (DKIM)": partial(signing.compose, event, fact, rendered),
        EMAIL_MIME: partial(library.by_email_mime, event, fact, rendered),
        EMAIL_MESSAGE: partial(library.by_email_message, event, fact, rendered),
    }
    return steps, len(composer.compose(event, fact, rendered).content)


def signer() -> DkimSigner:
    return DkimSigner(
        domain="nachregister.example", selector="bench", key=rsa.generate_private_key(65537, 2048)
    )


def cpu_seconds_of(step: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(MAILS_PER_WINDOW):
        step()
    return (time.process_time() - began) / MAILS_PER_WINDOW


def composing_report(size: int, measured: Windows) -> str:
    ours = statistics.median(measured[OURS])
    rows = [
        [
            name,
            *(f"{seconds * 1e6:.0f}" for seconds in spread(windows)),
            f"{statistics.median(windows) / ours:.1f}",
        ]
        for name, windows in measured.items()
    ]
    heads = ["us of CPU per mail", "median", "least", "most", "times our composing"]
    return (
        f"a mail of {size} bytes, {WINDOWS} windows of {MAILS_PER_WINDOW} in turns\n\n"
        f"{table(heads, rows)}\n\n"
        f"aim: {AIM_SECONDS * 1e6:.0f} us to compose: {verdict(met=ours <= AIM_SECONDS)}"
    )


def spread(windows: Sequence[float]) -> tuple[float, float, float]:
    return statistics.median(windows), min(windows), max(windows)
