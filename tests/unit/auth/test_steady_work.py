"""Steps of the worker, and how they end when it is told to stop."""

import asyncio

import pytest

from auth_service.messaging import steady_work
from auth_service.messaging.steady_work import work_steadily


class Step:
    """Says when it has begun, and goes on until it may end."""

    def __init__(self):
        self.begun, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), 0

    async def __call__(self):
        self.begun.set()
        await self.may_end.wait()
        self.ended += 1
        return True


@pytest.fixture
async def step():
    return Step()


@pytest.fixture
async def work(step):
    work = asyncio.create_task(work_steadily(step, asyncio.Event(), name="test"))
    await step.begun.wait()
    return work


async def test_a_step_under_way_ends_and_no_other_begins(step, work):
    work.cancel()
    step.may_end.set()
    await asyncio.wait({work}, timeout=5)

    assert work.cancelled()
    assert step.ended == 1


async def test_a_step_that_does_not_end_is_cut_off(step, work, monkeypatch):
    monkeypatch.setattr(steady_work, "LAST_STEP_SECONDS", 0.01)

    work.cancel()
    await asyncio.wait({work}, timeout=5)

    assert work.cancelled()
    assert step.ended == 0
