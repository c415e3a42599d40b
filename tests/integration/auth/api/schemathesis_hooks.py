"""Loaded by schemathesis itself: how it gets a token where the document asks for one."""

import os

import requests
import schemathesis


def wants_token(context):
    return bool(context.operation.definition.raw["security"])


# Not kept: one of the calls logs out.
@schemathesis.auth(refresh_interval=None).apply_to(wants_token)
class FreshSession:
    def get(self, case, context):
        credentials = {"email": os.environ["API_EMAIL"], "wachtwoord": os.environ["API_PASSWORD"]}
        answer = requests.post(f"{os.environ['API_URL']}/sessies", json=credentials, timeout=10)
        answer.raise_for_status()
        return answer.json()["token"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"
