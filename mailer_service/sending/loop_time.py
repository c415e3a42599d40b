"""The time by which pauses and idle sessions are measured: it never jumps, and means nothing elsewhere."""

import asyncio


def now() -> float:
    """Seconds of the running event loop."""
    return asyncio.get_running_loop().time()
