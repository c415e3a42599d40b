"""From event to mail: unseal, render, compose. Pure work on the message alone, so a failure is for good."""

import re
from uuid import UUID

from mailer_service.writing.composing import ComposedMail, Composer
from mailer_service.writing.rendering import Renderer
from mailer_service.writing.unmailable import Unmailable
from shared.mail_contract import Envelope
from shared.mail_facts import Fact
from shared.sealing import MessageSeal, SealUnreadable

# 24 random bytes. What is pasted into a mail and a link must be nothing else.
CODE = re.compile(r"[0-9a-f]{48}")


class MailPreparation:
    def __init__(self, *, seal: MessageSeal, renderer: Renderer, composer: Composer) -> None:
        self._seal = seal
        self._renderer = renderer
        self._composer = composer

    def prepare(self, event: Envelope, fact: Fact) -> ComposedMail:
        """Raises Unmailable."""
        code = None if fact.sealed_code is None else self._opened(event.id, fact.sealed_code)
        return self._composer.compose(event, fact, self._renderer.render(fact, code))

    def _opened(self, event_id: UUID, sealed: str) -> str:
        try:
            code = self._seal.open(event_id, sealed)
        except SealUnreadable as error:
            raise Unmailable("seal_unreadable", str(error)) from error
        if not CODE.fullmatch(code):
            raise Unmailable("code_malformed", "the sealed code is not 48 lower-case hexadecimal characters")
        return code
