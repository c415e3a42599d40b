"""The time here in words, for who must compare his phone's clock with it."""

from datetime import datetime

from auth_service.accounts.second_factor import Fault, SecondFactorRejected
from auth_service.web.refusals_nl import CLOCK_HERE, SECOND_FACTOR_REJECTED
from shared.dutch_times import AMSTERDAM

OFF = frozenset({Fault.CLOCK_AHEAD, Fault.CLOCK_BEHIND})


def clock_where_off(refusal: SecondFactorRejected) -> str | None:
    """None where the phone's clock isn't what is wrong, as far as we know."""
    return to_the_second(refusal.at) if refusal.fault in OFF else None


def rejected_with_clock(refusal: SecondFactorRejected) -> str:
    """What is wrong with the code and, where that is the phone's clock, what to compare it with."""
    sentence, clock = SECOND_FACTOR_REJECTED[refusal.fault], clock_where_off(refusal)
    return f"{sentence} {CLOCK_HERE.format(clock=clock)}" if clock else sentence


def to_the_second(when: datetime) -> str:
    """`14.05 uur en 7 seconden`."""
    local = when.astimezone(AMSTERDAM)
    seconds = f"{local.second} {'seconde' if local.second == 1 else 'seconden'}"
    return f"{local.hour}.{local.minute:02d} uur en {seconds}"
