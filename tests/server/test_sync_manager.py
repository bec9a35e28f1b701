"""The process that holds what Sanic's manager and workers share, when its group is signalled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from sanic_legacy_ws.server.sync_manager import manager
from tests.support.waiting import eventually

ORPHAN = """
    import os, signal
    from sanic_legacy_ws.server.sync_manager import manager
    made = manager()
    print(made._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""

ASKING = """
    import signal
    from sanic_legacy_ws.server.sync_manager import manager
    states = manager().dict({"one": 1, "two": 2})
    times = 0

    def handle(*_):
        global times
        times += 1
        assert states["two"] == 2
        states["two"] = 2

    signal.signal(signal.SIGTERM, handle)
    print("ready", flush=True)
    while times < 200:
        assert states["one"] == 1
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("done", flush=True)
"""


def test_a_signal_between_a_question_and_its_answer():
    """Its handler asks for a state itself: each gets the answer to its own question."""
    command = [sys.executable, "-c", textwrap.dedent(ASKING)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        started.stdout.readline()

        def signalled():
            started.send_signal(signal.SIGTERM)
            return started.poll() is not None

        eventually(signalled, every=0.002)
        out, err = started.communicate()
    assert out == "done\n", err


def test_sigterm_does_not_end_it():
    """It goes on to answer, and ends when it is told to."""
    shared = manager()
    pid = shared._process.pid
    states = shared.dict({"Worker": "ACKED"})
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.1)
    assert states["Worker"] == "ACKED"
    shared.shutdown()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_sigterm_ends_it_when_it_is_left_alone():
    """Nothing of a main process that was killed is left for good."""
    command = [sys.executable, "-c", textwrap.dedent(ORPHAN)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as started:
        pid = int(started.stdout.readline())  # whose end is not the end of the pipe
    os.kill(pid, signal.SIGTERM)
    eventually(lambda: ended(pid))


def ended(pid):
    """Whether a process is gone, or is one that only waits to be reaped."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
