"""Who is asking, signed so that an application can check it by itself (JWT, RFC 7519), and the keys."""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from jwt.algorithms import ECAlgorithm

from auth_service.accounts.account import Account
from shared.clock import Clock

ALGORITHM = "ES256"
AUDIENCE = "digitaal-nachregister"
LIFETIME = timedelta(seconds=60)


class Assertions:
    """The first key signs, all of them are published; without keys nothing is signed."""

    def __init__(self, keys: Sequence[EllipticCurvePrivateKey], *, issuer: str, clock: Clock) -> None:
        self._signer = keys[0] if keys else None
        self._published = [published(key) for key in keys]
        self._issuer = issuer
        self._clock = clock

    def about(self, account: Account) -> str | None:
        if self._signer is None:
            return None
        kid = self._published[0]["kid"]
        return jwt.encode(self._claims(account), self._signer, algorithm=ALGORITHM, headers={"kid": kid})

    def key_set(self) -> dict[str, Any]:
        """A JWK Set (RFC 7517 § 5)."""
        return {"keys": self._published}

    def _claims(self, account: Account) -> dict[str, Any]:
        now = self._clock()
        company = {"company": str(account.company_id)} if account.company_id else {}
        return {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(account.id),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "role": account.role.value,
            "gemeente": account.gemeente_code,
            **company,
        }


def published(key: EllipticCurvePrivateKey) -> dict[str, str]:
    """The public half as a JWK."""
    point = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**point, "kid": thumbprint(point), "use": "sig", "alg": ALGORITHM}


def thumbprint(point: dict[str, str]) -> str:
    """RFC 7638: the same key has the same name at every replica and after every start."""
    required = {name: point[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(required, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
