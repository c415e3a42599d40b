"""Loaded by schemathesis itself: how it gets a token where the document asks for one."""

import os

import requests
import schemathesis

# A call that only reads leaves the session as it is; logging in for each of those, too, doubled the work.
READING = {"GET", "HEAD", "OPTIONS"}


def wants_token(context):
    return bool(context.operation.definition.raw["security"])


# Kept here instead: what was done with a token decides whether the next case may have it.
@schemathesis.auth(refresh_interval=None).apply_to(wants_token)
class Session:
    http = requests.Session()
    token = None

    def get(self, case, context):
        if Session.token is None:
            credentials = {"email": os.environ["API_EMAIL"], "wachtwoord": os.environ["API_PASSWORD"]}
            answer = self.http.post(f"{os.environ['API_URL']}/sessies", json=credentials, timeout=10)
            answer.raise_for_status()
            Session.token = answer.json()["token"]
        return Session.token

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def after_call(context, case, response):
    if case.method not in READING and response.status_code < 400:
        Session.token = None
