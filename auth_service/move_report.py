"""What `dnr-auth gemeente move` tells the operator: what went to the other gemeente, and what did not."""

from collections.abc import Iterator, Sequence

from auth_service.accounts.gemeente_merger import GemeenteMove, Share
from auth_service.gemeente_report import counted


def move_lines(done: GemeenteMove) -> Iterator[str]:
    former, heir = done.former, done.heir
    yield f"From {former.code} {former.name} to {heir.code} {heir.name}"
    yield f"Companies moved: {done.companies}"
    yield f"Registrations moved: {done.registrations}"
    yield from share_lines(done.going, besides=heir.code)
    yield f"Accounts of companies moved: {done.people.accounts}"
    yield f"Invitations moved: {done.people.invitations}"
    yield f"Staff moved: {done.people.staff}"
    if done.staying:
        yield f"Left with {former.code} {former.name}, since these places do not lie in {heir.name}:"
        yield from share_lines(done.staying)
    if done.staff_left:
        are = "1 member of staff is" if done.staff_left == 1 else f"{done.staff_left} members of staff are"
        how = ": --staff moves them" if former.dissolved_in else ""
        yield f"{are} left with {former.code} {former.name}{how}."


def share_lines(shares: Sequence[Share], *, besides: str = "") -> Iterator[str]:
    for share in shares:
        held = [
            counted(share.companies, "company", "companies"),
            counted(share.registrations, "registration", "registrations"),
        ]
        yield f"  {share.place}: {', '.join(held)}{where(share, besides)}"


def where(share: Share, besides: str) -> str:
    others = [code for code in share.lies_in if code != besides]
    if besides:
        return f"; there is one in {' and '.join(others)} too" if others else ""
    return f"; it lies in {' and '.join(others) or 'no gemeente'}"
