"""Samples of a server's stack are counted for the right owner."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the benchmarks read /proc and pin cores", allow_module_level=True)

from benchmarks.cases import CASES
from benchmarks.profile import owner, read

ROOT = Path(__file__).resolve().parent.parent
START = [
    "run_forever (/site-packages/uvloop/loop.cpython-311-x86_64-linux-gnu.so)",
    "_run_server_forever (/site-packages/sanic/server/runners.py)",
]
OURS = "Outbox._flush (/site-packages/sanic_legacy_ws/connection/outbox.py)"
SANIC = "Http.http1 (/site-packages/sanic/http/http1.py)"
STACKS = [
    ([*START], "event loop"),
    ([*START, "uv_run (core.c)"], "event loop"),
    ([*START, "epoll_pwait (/lib/x86_64-linux-gnu/libc.so.6)"], "kernel"),
    ([*START, OURS, "UVStream_write (loop.c)", "write (/lib/libc.so.6)"], "kernel"),
    ([*START, OURS, "UVStream_write (loop.c)"], "this package"),
    ([*START, OURS, "PyObject_Malloc (libpython3.so)", "gc_collect_main (gc.c)"], "collector"),
    ([*START, SANIC, OURS, "accept_key (/x/sanic_legacy_ws/wire/handshake.py)"], "this package"),
    ([*START, OURS, SANIC, "getLogger (/lib/python3.11/logging/__init__.py)"], "Sanic"),
    ([*START, "handle_request (handle_request)"], "Sanic"),
    ([*START, OURS, "echo (/checkout/benchmarks/servers/handlers.py)"], "handler"),
    (["start (/lib/python3.11/threading.py)"], "other"),
]


@pytest.mark.parametrize(("frames", "expected"), STACKS)
def test_owner(frames, expected):
    """The kernel, the collector, or the innermost Python frame that somebody owns."""
    assert owner(frames)[0] == expected


def test_a_row():
    """Shares of all samples, line numbers aside, with the functions that have most."""
    lines = [
        ";".join([*START, OURS.replace(".py)", ".py:12)")]) + " 2",
        ";".join([*START, OURS.replace(".py)", ".py:13)")]) + " 1",
        ";".join(START) + " 1",
        ";".join([*START, "read (/lib/libc.so.6)"]) + " 9",
    ]
    profile = read(lines)
    profile.measured = {"kernel": 0.1, "collector": 0.1}
    row = profile.row(CASES["churn"])
    assert row == "| `churn` | 10% | 10% | 20% |  | 60% |  | `_flush` 60% |"


def test_the_command():
    """A profile of ours under load: a row for the case, with shares."""
    pytest.importorskip("uvloop")
    if shutil.which("py-spy", path=sysconfig.get_path("scripts")) is None:
        pytest.skip("py-spy is not installed")
    command = [sys.executable, "-m", "benchmarks.profile", "--cases", "32B", "--seconds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    if "ermission" in done.stderr:
        pytest.skip("this machine lets nobody look into a process")
    assert done.returncode == 0, done.stderr
    row = done.stdout.splitlines()[-1]
    assert re.match(r"\| `32B` \| .*\d%.* \|", row), row
