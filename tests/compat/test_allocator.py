"""Freed memory goes back to the system where there is much of it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

MESSAGES = """
    import asyncio
    from sanic_legacy_ws._compat.allocator import freed, keep_freed_memory

    def memory():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) >> 8

    async def main():
        keep_freed_memory()
        before, between = memory(), []
        messages = []
        for _ in range(1000):
            messages.append(b"x" * 200_000)
            between.append(b"y" * 5000)
        size = sum(map(len, messages))
        del messages
        kept = memory() - before
        freed(size, asyncio.get_running_loop())
        for _ in range(300):
            if memory() - before < 32:
                break
            await asyncio.sleep(0.1)
        print(kept, memory() - before)

    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_lies_between_other_memory_goes_back():
    """Of what glibc would keep between blocks that are in use, less than 32 MiB stay."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MESSAGES)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    kept, stays = map(int, done.stdout.split())
    assert stays < 32 < 64 < kept
