"""Somebody logged in, and a gateway that asks about his requests."""

from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auth_service.web.gateway.check import FACTS, PATH
from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD, anyone
from tests.integration.auth.serving import answer_to

COOKIE = "dnr-session"
AUDIENCE = "digitaal-nachregister"


def draw_pem(curve=None, form=PrivateFormat.PKCS8):
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


async def log_in(services, email=ADDRESS):
    opened = await services.login.log_in(email, PASSWORD, visitor=anyone(), old_token=None)
    return opened.token


@dataclass(frozen=True)
class Gateway:
    """Sends the bytes itself: no client would send what a gateway may have to pass on."""

    server: object

    async def ask(self, *headers, method="GET", path=PATH, host="inloggen.example.nl", body=""):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "", body]
        return await answer_to(self.server, "\r\n".join(lines).encode("latin-1"))


def with_cookie(token, name=COOKIE):
    return f"Cookie: {name}={token}"


def with_bearer(token):
    return f"Authorization: Bearer {token}"


def facts_in(answer):
    return {name: answer.headers[name] for name in FACTS if name in answer.headers}


def claims_in(assertion, key_set, **options):
    keys = jwt.PyJWKSet.from_dict(key_set)
    key = keys[jwt.get_unverified_header(assertion)["kid"]]
    return jwt.decode(assertion, key, algorithms=["ES256"], audience=AUDIENCE, options=options)
