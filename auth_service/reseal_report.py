"""What `dnr-auth reseal` tells the operator: keys by their fingerprints, rows by their number."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from auth_service.flows.resealing import KeptSeals, Progress, StoreOutcome
from auth_service.flows.sealed_stores import MailedCodes, SealedStore


class SealsLeft(Exception):
    """Not everything is sealed by the first keys; one sentence for the operator."""


def progress_line(progress: Progress) -> str:
    return f"{progress.store}: {progress.done} of {progress.total} resealed"


def kept_lines(kept: Sequence[KeptSeals]) -> Iterator[str]:
    for seals in kept:
        if not seals.rows_by_key:
            yield f"{seals.store.name}: nothing sealed"
        for fingerprint, rows in seals.rows_by_key.most_common():
            yield f"{seals.store.name}: {rows} sealed by {key_told(seals.store, fingerprint)}"


def key_told(store: SealedStore, fingerprint: str | None) -> str:
    if fingerprint is None:
        return f"a key that {store.setting} lacks"
    if fingerprint == store.fingerprint:
        return f"{fingerprint}, the first of {store.setting}"
    if fingerprint in store.old_fingerprints:
        return f"{fingerprint}, an old one of {store.setting}"
    return f"{fingerprint}, which {store.setting} lacks"


def verdict(outcomes: Sequence[StoreOutcome], *, codes_end_at: datetime) -> str:
    """One sentence; raises SealsLeft where the old keys are still needed."""
    if left := [part for outcome in outcomes for part in parts_left(outcome)]:
        raise SealsLeft(f"Keep the old keys: {'; '.join(left)}.")
    removable: dict[str, str] = {
        outcome.store.setting: " and ".join(sorted(outcome.store.old_fingerprints))
        for outcome in outcomes
        if outcome.store.old_fingerprints
    }
    # What the broker has stays as it was sealed until nobody can use it any more.
    until = {MailedCodes.setting: f" (at the mailer not before {codes_end_at:%Y-%m-%d %H:%M} UTC)"}
    parts = [f"{keys} from {setting}{until.get(setting, '')}" for setting, keys in removable.items()]
    remove = f"now remove {', and '.join(parts)}" if parts else "there are no old ones"
    return f"Everything is sealed by the first keys: {remove}."


def parts_left(outcome: StoreOutcome) -> Iterator[str]:
    store = outcome.store
    for fingerprint, rows in outcome.unreadable.most_common():
        yield f"{rows} of {store.name} can't be opened, sealed by {key_told(store, fingerprint)}"
    if outcome.held:
        yield f"{outcome.held} of {store.name} are in others' hands; run this again"
    if outcome.late:
        yield (
            f"{outcome.late} of {store.name} were sealed by an old key meanwhile;"
            f" put the new one first in {store.setting} of every process, and run this again"
        )
