"""How long a server's garbage collector has run, where its profile can read it."""

from __future__ import annotations

import gc
import mmap
import struct
import time
from pathlib import Path

SECONDS = struct.Struct("d")
VARIABLE = "BENCHMARK_COLLECTOR"  # environment variable with the name of the file


def account(path: str) -> None:
    """Keep the seconds of CPU time that this process has spent on collections in a file."""
    with open(path, "r+b") as file:
        shared = mmap.mmap(file.fileno(), SECONDS.size)
    spent = began = 0.0

    def watch(phase: str, info: dict[str, int]) -> None:
        nonlocal spent, began
        if phase == "start":
            began = time.process_time()
        else:
            spent += time.process_time() - began
            SECONDS.pack_into(shared, 0, spent)

    gc.callbacks.append(watch)


def spent(path: Path) -> float:
    """The seconds in the file."""
    (seconds,) = SECONDS.unpack(path.read_bytes())
    return float(seconds)
