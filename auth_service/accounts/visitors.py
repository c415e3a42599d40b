"""Who asks something of us, as far as a door can tell before anybody has logged in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """By names of ours; None where it is none that we know."""

    browser: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class Visitor:
    """`address` is the network he comes from, as text that is the same for every request from there.

    `receipt` is of the registration made in this browser, `browser` of accounts that were used in it; both
    None where the browser holds none. Neither proves anything but that. A program keeps no cookies, so that
    there is nothing to know it by.
    """

    address: str
    receipt: str | None = None
    browser: str | None = None
    is_program: bool = False
    device: Device = Device()
