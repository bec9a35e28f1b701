"""examples/metrics: what Prometheus reads, merged over two workers."""

from __future__ import annotations

import contextlib
import time
import urllib.request

import pytest

from tests.examples.support import example, needs, newest_only
from tests.support import RawClient
from tests.support.client import TEXT, encode_frame
from tests.support.waiting import eventually

OVERSIZED = encode_frame(TEXT, b"", length=1 << 30)

pytestmark = [newest_only, needs("prometheus_client")]


@pytest.fixture
def server(tmp_path):
    env = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    with contextlib.closing(example("metrics", workers=2, env=env)) as server:
        yield server.start()


def scrape(server):
    """The figures, by name and labels, parsed by the official client."""
    from prometheus_client.parser import text_string_to_metric_families

    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def await_sample(server, name, value):
    eventually(lambda: scrape(server).get(name) == value, error=lambda _: told(server, name, value))


def told(server, *wanted):
    return AssertionError(f"{wanted}, but {scrape(server)}")


def test_close_codes(server):
    """A connection that we failed counts by our code, not as one that was lost."""
    for frame, code in ((encode_frame(TEXT, b"\xff"), 1007), (OVERSIZED, 1009)):
        with RawClient(server) as client:
            client.handshake("/echo")
            client.receive_message()
            client.send_raw(frame)
            assert client.receive_close().close_code == code
        await_sample(server, ("websocket_closed_total", str(code)), 1)
    with RawClient(server) as client:
        client.handshake("/echo")
        client.receive_message()
        client.abort()
    await_sample(server, ("websocket_closed_total", "1006"), 1)


def test_two_workers(server):
    """Whichever worker is asked, it tells of the connections of both."""
    with contextlib.ExitStack() as stack:
        clients, workers = [], set()
        deadline = time.monotonic() + 20
        while len(workers) < 2 or len(clients) < 4:
            assert time.monotonic() < deadline, workers
            client = stack.enter_context(RawClient(server))
            client.handshake("/echo")
            workers.add(client.receive_message())
            clients.append(client)
        await_sample(server, ("websocket_connections",), len(clients))
        for client in clients:
            client.send_text("hello")
            assert client.receive_message() == "hello"
            client.close(4000)
    count = len(clients)
    await_sample(server, ("websocket_closed_total", "4000"), count)
    await_sample(server, ("websocket_messages_total", "in"), count)
    await_sample(server, ("websocket_messages_total", "out"), 2 * count)
    await_sample(server, ("websocket_connections",), 0)
