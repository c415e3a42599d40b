"""A browser that runs no scripts, and what somebody fills in with it."""

import re

from tests.integration.auth.scene import PASSWORD

ADDRESS = "jan@dezon.example"
REGISTRATION = {
    "naamOnderneming": "Pension De Zon",
    "adres": "Dorpsstraat 12",
    "postcode": "1234ab",
    "woonplaats": "zeedorp",
    "kvkNummer": "1234 5678",
    "telefoonnummer": "06-12345678",
    "aantalSlaapplekken": "4",
    "accommodatie": "pension",
    "email": f" {ADDRESS} ",
    "wachtwoord": PASSWORD,
}


class Browser:
    """A client with cookies that fills in forms; `post` takes the token from the page as a browser would."""

    def __init__(self, client):
        self.client = client
        # As a form of a page that keeps it says: the id of the account.
        self.owner = None

    async def get(self, path):
        return await self.client.get(path, allow_redirects=False)

    async def token(self, path="/inloggen"):
        page = await (await self.client.get(path)).text()
        return re.search(r'name="csrf" value="([^"]+)"', page)[1]

    async def post(self, path, fields, **more):
        owned = {"account": str(self.owner)} if self.owner else {}
        data = {"csrf": await self.token(), **owned, **fields}
        return await self.client.post(path, data=data, allow_redirects=False, **more)

    async def post_from(self, page, path):
        """Press the button of a form without fields."""
        data = {"csrf": await self.token(page)}
        return await self.client.post(path, data=data, allow_redirects=False)

    def cookie(self, name):
        return {cookie.key: cookie.value for cookie in self.client.session.cookie_jar}.get(name)


async def comparable(browser, response):
    """An answer without what is random in it: tokens of equal length, and the date."""
    body = re.sub(r'(name="csrf" value=")[^"]+', r"\1", await response.text())
    headers = [(name, re.sub(r"=[\w-]{43};", "=;", value)) for name, value in response.headers.items()]
    return response.status, body, [header for header in headers if header[0] != "Date"]
