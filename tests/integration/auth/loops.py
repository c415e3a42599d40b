"""One loop for all tests of a file, so that connections can outlive a test.

pytest-asyncio knows such loops, but whatever one test has left under way would go on in the next; and a loop
that is not asyncio's own it makes anew for every test, however long it was asked to keep it.
"""

import asyncio
from collections.abc import Iterator

import pytest
import uvloop


@pytest.fixture(scope="module")
def _module_scoped_runner() -> Iterator[asyncio.Runner]:
    """In place of pytest-asyncio's; on the loop that production has."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


@pytest.fixture
def _function_scoped_runner(_module_scoped_runner: asyncio.Runner) -> Iterator[asyncio.Runner]:
    """In place of pytest-asyncio's, which ends with each test; so does whatever is still under way here."""
    yield _module_scoped_runner
    _module_scoped_runner.run(cancel_others())


async def cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
