"""When replies to single mails add up to something that concerns all of them.

One such reply may be about its recipient: if it stopped the queue, whoever registers an address at a server
of his own could stop it for everybody.
"""

from collections import OrderedDict

from mailer_service.sending.smtp_answers import Ambiguous, Answer, Deferred, Doubt, RelayDown

IN_A_ROW = 3
DOMAINS = 3
WINDOW_SECONDS = 3_600.0


class ReplyEvidence:
    def __init__(self) -> None:
        self._in_a_row = 0
        # By receiving domain, when it last said so; the oldest first.
        self._blaming_us: OrderedDict[str, float] = OrderedDict()

    def weigh(self, answer: Answer, recipient: str, now: float) -> RelayDown | None:
        """What `answer`, with those before it, says of the relay or of us; `now` in seconds.

        The relay is down once three answers in a row say so. It is us (sender, SPF, DKIM, DMARC) once three
        receiving domains have said so within an hour.
        """
        doubt = doubt_of(answer)
        self._in_a_row = self._in_a_row + 1 if doubt is Doubt.RELAY else 0
        if doubt is Doubt.RELAY and self._in_a_row >= IN_A_ROW:
            self._in_a_row = 0
            return RelayDown(answer.reply)
        if doubt is Doubt.OURS and self._is_agreed(recipient.rpartition("@")[2].lower(), now):
            self._blaming_us.clear()
            return RelayDown(answer.reply, our_fault=True)
        return None

    def _is_agreed(self, domain: str, now: float) -> bool:
        self._blaming_us[domain] = now
        self._blaming_us.move_to_end(domain)
        while next(iter(self._blaming_us.values())) < now - WINDOW_SECONDS:
            self._blaming_us.popitem(last=False)
        return len(self._blaming_us) >= DOMAINS


def doubt_of(answer: Answer) -> Doubt | None:
    if isinstance(answer, Ambiguous):
        return Doubt.RELAY
    return answer.doubt if isinstance(answer, Deferred) else None
