"""What the C library does with the 19 MiB of a hash: kept for the next one, given back when it is quiet.

Taking them anew from the system each time would make a hash a fifth slower. glibc learns by itself to keep
them, but per thread, and for ever. Other C libraries have other habits: there nothing is done.
"""

import ctypes

# malloc.h
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8

# The most that glibc allows: what is larger is taken from the system each time.
KEPT_BLOCK_BYTES = 32 * 1024 * 1024
KEPT_BYTES = 1024 * 1024 * 1024

libc = ctypes.CDLL(None)
is_glibc = hasattr(libc, "gnu_get_libc_version")


def keep() -> None:
    """Before the first thread starts: threads then share one heap, the only one that can be given back."""
    if is_glibc:
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK_BYTES)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


def give_back() -> None:
    """All that is free; takes some milliseconds."""
    if is_glibc:
        libc.malloc_trim(0)
