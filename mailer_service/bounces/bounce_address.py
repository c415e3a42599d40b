"""The envelope sender of a mail: it names the event, so that a bounce says which mail came back."""

import base64
import hmac
from uuid import UUID

PREFIX = "b+"
# With the 16 bytes of the event id 25 in all, which are 40 characters of base32: none is padding, and none
# can be changed without its being noticed. Guessing 72 bits takes a bounce for each guess.
PROOF_BYTES = 9


class BounceAddresses:
    """Variable envelope return paths at `domain`, that only who has the key can make.

    Made with the first of `keys`, and read with any: a mail may come back long after a new key.
    """

    def __init__(self, domain: str, *keys: str) -> None:
        self.domain = domain
        self._keys = [key.encode() for key in keys]

    def address_for(self, event_id: UUID) -> str:
        """`b+<40 characters>@domain`: 42 octets of the 64 that a local part may have (RFC 5321 § 4.5.3.1.1).

        The same at every try: a relay that greylists expects the sender of its first refusal again.
        """
        token = base64.b32encode(event_id.bytes + proof_of(event_id.bytes, self._keys[0])).decode().lower()
        return f"{PREFIX}{token}@{self.domain}"

    def read_bounce_address(self, address: str) -> UUID | None:
        """The event whose mail had this sender; None where it is not one of ours.

        In any case, as relays fold it, and at any domain, as they rewrite that: the proof is in the token.
        """
        local_part = address.rpartition("@")[0]
        if local_part[: len(PREFIX)].lower() != PREFIX:
            return None
        try:
            token = base64.b32decode(local_part[len(PREFIX) :], casefold=True)
        except ValueError:
            return None
        event_id, proof = token[:16], token[16:]
        proven = any(hmac.compare_digest(proof, proof_of(event_id, key)) for key in self._keys)
        return UUID(bytes=event_id) if proven else None


def proof_of(event_id: bytes, key: bytes) -> bytes:
    return hmac.digest(key, event_id, "sha256")[:PROOF_BYTES]
