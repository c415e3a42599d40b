"""What an integrator's program does for somebody who uses two-factor authentication."""

from tests.integration.auth.api.scene import CREDENTIALS
from tests.integration.auth.two_factor.phone import STEP, Phone

CURRENT, OFFERS, ENROLMENTS = "/sessies/huidige", "/totp-aanbiedingen", "/totp-registraties"


class Program:
    """For somebody with an account; `phone` and `codes` once it has set it up."""

    def __init__(self, api, clock):
        self.api, self.clock = api, clock
        self.token, self.phone, self.codes = "", None, []

    async def call(self, path, body=None, method="POST"):
        return await self.api.send(method, path, json=body, headers={"Authorization": f"Bearer {self.token}"})

    async def log_in(self):
        """Returns the status of the session."""
        opened = await (await self.api.post("/sessies", CREDENTIALS)).json()
        self.token = opened["token"]
        return opened["status"]

    async def scan(self):
        offered = await (await self.call(OFFERS)).json()
        self.phone = Phone(offered["geheim"], self.clock)
        return offered

    async def enrol(self):
        await self.scan()
        answer = await self.call(ENROLMENTS, {"code": self.phone.code()})
        enrolled = await answer.json()
        self.token, self.codes = enrolled["token"], enrolled["herstelcodes"]
        self.clock.advance(STEP)
        return answer

    async def status(self):
        return (await (await self.call(CURRENT, method="GET")).json())["status"]
