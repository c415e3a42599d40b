"""The memory of password hashing, in a process of its own: the C library's habits are those of a process."""

import asyncio
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
# Prints MiB: before any hash, after some, and when they have been given back.
PROGRAM = """
import asyncio
from pathlib import Path
from auth_service import hash_memory

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024

async def main():
    hash_memory.keep()
    from auth_service.password_hashing import PasswordHashing
    before = resident()
    hashing = PasswordHashing(threads=2, quiet_seconds=0.3)
    for _ in range(3):
        await asyncio.gather(*(hashing.verify(hashing.dummy_hash, "x") for _ in range(4)))
    kept = resident()
    async with asyncio.timeout(60):
        while resident() >= before + 10:
            await asyncio.sleep(0.05)
    print(before, kept, resident())

asyncio.run(main())
"""


async def test_memory_of_hashes_is_kept_while_there_is_work_and_then_given_back():
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await program.communicate()

    before, kept, given_back = [int(word) for word in printed.split()]
    # A hash takes 19 MiB; whether two were ever made at once is up to the machine.
    assert kept > before + 15
    assert given_back < before + 10
