import asyncio
from uuid import UUID

import pytest

from mailer_service.consuming.running_sends import RunningSends
from mailer_service.sending.smtp_answers import Deferred, Delivered

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


async def answering(value):
    return value


async def test_a_second_copy_joins_the_send_that_runs():
    sends, reply = RunningSends(), asyncio.Event()

    async def send():
        await reply.wait()
        return Delivered("250 Ok")

    first = asyncio.create_task(sends.start(FIRST, send()))
    await asyncio.sleep(0)
    second = asyncio.create_task(sends.join(FIRST))
    reply.set()

    assert await asyncio.gather(first, second) == [Delivered("250 Ok")] * 2


async def test_a_send_outlives_the_callback_that_began_it():
    sends, reply = RunningSends(), asyncio.Event()

    async def send():
        await reply.wait()
        return Delivered("250 Ok")

    callback = asyncio.create_task(sends.start(FIRST, send()))
    await asyncio.sleep(0)
    callback.cancel()
    with pytest.raises(asyncio.CancelledError):
        await callback
    joined = asyncio.create_task(sends.join(FIRST))
    reply.set()

    assert await joined == Delivered("250 Ok")


async def test_what_was_just_delivered_is_recognised():
    sends = RunningSends()

    await sends.start(FIRST, answering(Delivered("250 Ok")))

    assert FIRST in sends
    assert await sends.join(FIRST) == Delivered("250 Ok")


async def test_what_was_not_delivered_may_be_tried_again():
    sends = RunningSends()

    await sends.start(FIRST, answering(Deferred("451 Later")))

    assert FIRST not in sends


async def test_only_the_newest_are_remembered():
    sends = RunningSends(remembered=2)

    for event_id in (FIRST, SECOND, THIRD):
        await sends.start(event_id, answering(Delivered("250 Ok")))

    assert [event_id in sends for event_id in (FIRST, SECOND, THIRD)] == [False, True, True]


async def test_a_bug_in_a_send_reaches_who_waits_and_is_not_remembered():
    sends = RunningSends()

    async def send():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sends.start(FIRST, send())

    assert FIRST not in sends
