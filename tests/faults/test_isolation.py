"""One bad peer, at its worst, and what the others notice of it.

In turns without and with the bad peer, in a process of its own, the same server answers HTTP
requests and echoes messages. Only the ratio of the 99th percentiles counts: the best of the turns
with the peer against the worst of those without. What the peer does to others it does in every
turn; what the machine does besides comes and goes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import RawClient

from .bad_peer import KINDS
from .tools import CALM, assert_quiet, assert_serves

# The peer and the server contend for the cores, and every turn of the loop does a portion of the
# peer's work: tens of milliseconds where nothing bounded it, at about one for the others.
FACTOR = 25
FLOOR = 0.002  # seconds; a p99 under it counts as this much
TURNS = 3
SAMPLES = 100
ROOT = str(Path(__file__).resolve().parents[2])


@contextlib.contextmanager
def bad_peer(server, kind):
    command = [sys.executable, "-m", "tests.faults.bad_peer", str(server.port), kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()
            time.sleep(0.2)
            yield
        finally:
            process.kill()


def percentiles(server):
    """The 99th percentile of HTTP requests, and that of echoes, in seconds."""
    requests, echoes = [], []
    with RawClient(server) as http, RawClient(server) as client:
        client.handshake("/echo")
        for _ in range(SAMPLES):
            requests.append(timed(lambda: http.request("/")))
            echoes.append(timed(lambda: (client.send_text("x"), client.receive_message())))
        client.close()
    return p99(requests), p99(echoes)


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def p99(samples):
    return sorted(samples)[int(len(samples) * 0.99) - 1]


def ratios(server, kind):
    without, beside = [], []
    for _ in range(TURNS):
        without.append(percentiles(server))
        with bad_peer(server, kind):
            beside.append(percentiles(server))
    return [min(with_it) / max(FLOOR, *calm) for with_it, calm in zip(zip(*beside), zip(*without))]


@pytest.mark.slow
@pytest.mark.skipif("SLW_COVERAGE" in os.environ, reason="measured code is many times slower")
@pytest.mark.parametrize("kind", KINDS)
def test_p99_of_the_others(server, loop, kind):
    """HTTP's p99 and that of other connections stay within a factor of 25 of theirs without."""
    faults = server("faults", loop=loop, config=CALM, strict=False)
    http, echo = ratios(faults, kind)
    print(f"{loop}, {kind}: HTTP p99 x {http:.1f}, echo p99 x {echo:.1f}")
    assert max(http, echo) < FACTOR
    assert_serves(faults, timeout=60)  # what the peer left in buffers is read first
    assert_quiet(faults)
