"""When a process says that it is ready, and what it says is missing."""

import asyncio

from shared import readiness as readiness_module
from shared.readiness import Readiness


async def nothing():
    return None


async def test_a_process_is_not_ready_before_it_has_started_nor_once_it_stops():
    readiness = Readiness()
    readiness.watch("database", nothing)

    assert await readiness.missing() == {"process": "it is starting"}
    readiness.started()
    assert await readiness.missing() == {}
    readiness.stop()
    assert await readiness.missing() == {"process": "it is stopping"}
    assert readiness.is_stopping


async def test_only_what_is_missing_is_named():
    async def gone():
        return "connection refused"

    readiness = Readiness()
    readiness.watch("database", nothing)
    readiness.watch("broker", gone)
    readiness.started()

    assert await readiness.missing() == {"broker": "connection refused"}


async def test_a_check_that_never_answers_is_trouble_too(monkeypatch):
    monkeypatch.setattr(readiness_module, "CHECK_SECONDS", 0.01)
    readiness = Readiness()
    readiness.watch("database", asyncio.Event().wait)
    readiness.started()

    assert set(await readiness.missing()) == {"database"}


async def test_a_check_that_fails_to_tell_is_trouble_too():
    async def broken():
        raise RuntimeError("a bug")

    readiness = Readiness()
    readiness.watch("database", broken)
    readiness.started()

    assert await readiness.missing() == {"database": "the check failed: RuntimeError"}


async def test_what_only_a_restart_mends_is_told_apart_from_what_is_missing():
    async def stuck():
        return "nothing comes"

    readiness = Readiness()
    readiness.watch("database", nothing)
    readiness.watch_life("broker", stuck)
    readiness.started()

    assert await readiness.missing() == {}
    assert await readiness.failing() == {"broker": "nothing comes"}


async def test_a_process_that_ends_by_itself_needs_no_restart():
    async def stuck():
        return "nothing comes"

    readiness = Readiness()
    readiness.watch_life("broker", stuck)
    readiness.stop()

    assert await readiness.failing() == {}
