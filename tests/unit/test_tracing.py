"""What traces cost whoever doesn't want any."""

import subprocess
import sys

import pytest

from shared.correlation import NOWHERE, Origin, continuing, current_origin
from shared.tracing import tracing


@pytest.mark.parametrize("service", ["auth_service", "mailer_service"])
def test_without_an_endpoint_nothing_of_the_sdk_is_loaded(service):
    program = (
        f"import {service}.__main__, sys;"
        "print([name for name in sys.modules"
        " if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - a program of ours.

    assert done.stdout == "[]\n"


async def test_without_an_endpoint_there_is_a_correlation_id_and_no_trace():
    async with tracing(None, service="test"):
        with continuing(Origin("4bf92f3577b34da6a3ce929d0e0e4736"), "deliver"):
            assert current_origin() == Origin("4bf92f3577b34da6a3ce929d0e0e4736", None)
        assert current_origin() == NOWHERE


async def test_what_the_gateway_began_goes_on_without_traces_of_our_own():
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    with continuing(Origin("an-id", traceparent), "deliver"):
        assert current_origin() == Origin("an-id", traceparent)
