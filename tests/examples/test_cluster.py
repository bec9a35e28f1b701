"""examples/cluster: two servers of two workers each, and a real Redis between them."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time

import pytest

from tests.examples.support import example, needs, newest_only
from tests.support import RawClient
from tests.support.ports import free_port
from tests.support.waiting import eventually

pytestmark = [
    newest_only,
    needs("redis"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server is installed"),
]


class Redis:
    """A redis-server of the test's own, on a free port, keeping nothing."""

    def __init__(self, folder):
        self.port = free_port()
        self.folder = folder

    def start(self):
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            cwd=str(self.folder),
            stdout=subprocess.DEVNULL,
        )
        eventually(self._listens)

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def _listens(self):
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture(scope="module")
def servers(redis):
    env = {"REDIS_URL": f"redis://127.0.0.1:{redis.port}"}
    with contextlib.ExitStack() as stack:
        started = [example("cluster", workers=2, env=env) for _ in range(2)]
        for server in started:
            stack.enter_context(contextlib.closing(server)).start()
        yield started


def clients_of_all_workers(stack, servers):
    """Two clients on each of the four workers, by worker."""
    found = {}
    for server in servers:
        workers = {}
        deadline = time.monotonic() + 20
        while len(workers) < 2 or any(len(clients) < 2 for clients in workers.values()):
            assert time.monotonic() < deadline, workers
            client = stack.enter_context(RawClient(server))
            client.handshake(f"/chat?name={client.sock.getsockname()[1]}")
            workers.setdefault(json.loads(client.receive_message())["worker"], []).append(client)
        found.update(workers)
    return found


def read(client, count):
    """The next `count` messages, by sender, in order."""
    by_sender = {}
    for _ in range(count):
        message = json.loads(client.receive_message())
        by_sender.setdefault(message["name"], []).append(message["text"])
    return by_sender


def until_heard(sender, listeners):
    """Say something until everyone has heard one of it; what is still under way is read."""
    waiting, attempt = set(listeners), 0
    deadline = time.monotonic() + 20
    while waiting:
        assert time.monotonic() < deadline, "not everyone hears"
        attempt += 1
        sender.send_text(f"probe {attempt}")
        for client in list(waiting):
            with contextlib.suppress(TimeoutError):
                client.receive_frame(0.2)
                waiting.discard(client)
    sender.send_text("that was all")
    for client in listeners:
        while json.loads(client.receive_message())["text"] != "that was all":
            pass


def test_cluster(servers, redis):
    """What one says reaches every client of all workers, in its order, also after a restart."""
    with contextlib.ExitStack() as stack:
        workers = clients_of_all_workers(stack, servers)
        assert len(workers) == 4
        everyone = [client for clients in workers.values() for client in clients]
        senders = [clients[0] for clients in workers.values()]
        for _ in range(2):
            until_heard(senders[0], everyone)
            for n in range(25):
                for sender in senders:
                    sender.send_text(str(n))
            for client in everyone:
                heard = read(client, 25 * len(senders))
                assert list(heard.values()) == [[str(n) for n in range(25)]] * len(senders)
            redis.stop()
            redis.start()


def test_sent_while_redis_is_away(servers, redis):
    """What is said while Redis is away is published when it is back, in order."""
    with RawClient(servers[0]) as ann:
        ann.handshake("/chat?name=ann")
        ann.receive_message()
        until_heard(ann, [ann])
        redis.stop()
        for n in range(10):
            ann.send_text(str(n))
        redis.start()
        heard = read(ann, 1)["ann"]
        while heard[-1] != "9":
            heard += read(ann, 1)["ann"]
        assert heard == sorted(heard, key=int)
