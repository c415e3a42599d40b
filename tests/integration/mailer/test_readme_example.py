"""The README's example for other systems does what it says."""

import asyncio
import os
import re
import sys

import pytest

from tests.conftest import CHECKOUT
from tests.integration.mailer.conftest import KEY

SECTION = re.compile(
    r"^### Drive the mailer from your own tests$.*?^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def example():
    return SECTION.search((CHECKOUT / "README.md").read_text(encoding="utf-8"))[1]


async def test_its_fact_is_mailed_with_the_code_and_the_report_comes_back(
    broker, start_mailer, smtp_server, amqp_url, example
):
    start_mailer()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-c", example),
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "AMQP_URL": amqp_url, "MESSAGE_SEALING_KEYS": KEY},
        stdout=asyncio.subprocess.PIPE,
    )

    told, _ = await asyncio.wait_for(process.communicate(), 45)

    [mail] = smtp_server.mails
    assert told.decode().startswith("mail.delivered.v1 250")
    assert mail["To"] == "info@hotelzeezicht.example"
    assert "0123456789abcdef" * 3 in mail.get_body(("plain",)).get_content()
