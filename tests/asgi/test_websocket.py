"""AsgiWebSocket against an ASGI server that says what the test wants it to say."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from sanic import Sanic

from sanic_legacy_ws import ConnectionClosed, State
from sanic_legacy_ws._compat.sanic import ASGIApp, MockTransport
from sanic_legacy_ws.asgi.switch import install_asgi, uninstall_asgi
from sanic_legacy_ws.asgi.websocket import AsgiWebSocket
from tests.support.waiting import turns, until

GONE = {"type": "websocket.disconnect", "code": 4000, "reason": "gone"}


class FakeServer:
    """Both ends of the ASGI interface: `sent` by the app, `events` for it."""

    def __init__(self, **scope):
        self.sent = []
        self.events = asyncio.Queue()
        self.scope = {"type": "websocket", "path": "/a b", "headers": [], **scope}
        self.failure = None

    async def send(self, event):
        await self.take(event)

    async def take(self, event):
        if self.failure is not None:
            raise self.failure
        await asyncio.sleep(0)
        self.sent.append(event)

    async def receive(self):
        return await self.events.get()

    def told(self):
        return [event["type"].partition(".")[2] for event in self.sent]


async def never(event):
    """Send as a server that takes no more."""
    await asyncio.Event().wait()


async def handle(ws, accepted):
    """Accept in a task of its own: the one that is cancelled when the peer is gone."""
    if accepted is not None:
        await ws.accept()
        accepted.set_result(None)
    await asyncio.sleep(60)


@pytest.fixture
def run():
    """`run(scenario, scope={}, config={})`: `scenario(server, ws)` on an accepted connection."""

    def go(scenario, scope=(), config=(), kind=FakeServer, accept=True):
        async def main():
            server = kind(**dict(scope))
            app = SimpleNamespace(
                config=Config(config),
                websocket_tasks=set(),
                ctx=SimpleNamespace(),
                router=SimpleNamespace(get=lambda request: (None,)),
            )
            ws = AsgiWebSocket(app, server, server.send, server.receive)
            ws.bind(SimpleNamespace(headers=Headers(), method="GET", app=app, route=None))
            accepted = asyncio.get_event_loop().create_future()
            handler = asyncio.ensure_future(handle(ws, accepted if accept else None))
            if accept:
                await asyncio.wait({handler, accepted}, return_when="FIRST_COMPLETED")
                assert accepted.done(), handler.exception()
            try:
                return await scenario(server, ws)
            finally:
                ws.transfer_data_task.cancel()
                handler.cancel()
                await asyncio.wait({handler})

        return asyncio.run(asyncio.wait_for(main(), 10))

    return go


class Config(dict):
    def __init__(self, config):
        super().__init__(config, ACCESS_LOG=False, GRACEFUL_SHUTDOWN_TIMEOUT=15)

    ACCESS_LOG = False


class Headers(dict):
    def getall(self, name, default):
        return default


def test_ping_and_pong(run):
    """What ASGI has no message for says so."""

    async def scenario(server, ws):
        with pytest.raises(NotImplementedError, match="no message for a ping"):
            await ws.ping()
        with pytest.raises(NotImplementedError, match="no message for a pong"):
            await ws.pong(b"x")

    run(scenario)


@pytest.mark.parametrize("failure", [OSError(), RuntimeError(), ValueError()])
def test_send_to_a_peer_that_is_gone(run, failure):
    """Whatever the server raises, send raises ConnectionClosed with the code that comes."""

    async def scenario(server, ws):
        server.failure = failure
        server.events.put_nowait(GONE)
        with pytest.raises(ConnectionClosed) as caught:
            await ws.send("x")
        assert (caught.value.code, caught.value.reason) == (4000, "gone")
        assert caught.value.__cause__ is failure

    run(scenario)


def test_send_that_never_returns(run):
    """A server that holds a send back for ever does not hold the handler back."""

    async def scenario(server, ws):
        async def never_and_gone(event):
            server.events.put_nowait(GONE)
            await never(event)

        server.take = never_and_gone
        with pytest.raises(ConnectionClosed) as caught:
            await ws.send("x")
        assert caught.value.code == 4000
        await asyncio.sleep(0)  # the cancellation is used up

    run(scenario)


def test_cancelled_send(run):
    """A send that somebody cancels is cancelled."""

    async def scenario(server, ws):
        server.take = never
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ws.send("x"), 0.01)
        assert ws.open

    run(scenario)


def test_send_timeout(run):
    """WEBSOCKET_SEND_TIMEOUT ends a connection whose server takes no more."""

    async def scenario(server, ws):
        server.take = never
        with pytest.raises(ConnectionClosed):
            await ws.send("x")
        assert ws.state is State.CLOSED

    run(scenario, config={"WEBSOCKET_SEND_TIMEOUT": 0.01})


def test_a_server_that_never_answers_a_close(run):
    """close() gives up after WEBSOCKET_TIMEOUT."""

    async def scenario(server, ws):
        await ws.close(4001, "bye")
        assert server.sent[-1] == {"type": "websocket.close", "code": 4001, "reason": "bye"}
        assert (ws.state, ws.close_code) == (State.CLOSED, 1006)

    run(scenario, config={"WEBSOCKET_TIMEOUT": 0.3})


@pytest.mark.parametrize(
    ("event", "code"),
    [({"code": 1005}, 1005), ({"code": None}, 1005), ({}, 1005), ({"code": 1006}, 1006)],
)
def test_disconnect_codes(run, event, code):
    """A disconnect without a code is 1005; 1006 means that no close frame came."""

    async def scenario(server, ws):
        server.events.put_nowait({"type": "websocket.disconnect", **event})
        with pytest.raises(ConnectionClosed) as caught:
            await ws.recv()
        assert caught.value.code == code
        assert (ws.close_rcvd is None) == (code == 1006)

    run(scenario)


def test_receive_that_fails(run, caplog):
    """A server whose receive raises has lost the connection, and the log has the reason."""

    async def scenario(server, ws):
        server.events.put_nowait(5)
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    run(scenario)
    assert "failed to receive" in caplog.text


def test_server_that_says_nothing_of_use(run, caplog):
    """Test clients answer receive with {}: handlers run, recv raises, close does not wait."""

    async def scenario(server, ws):
        server.events.put_nowait({})
        await until(lambda: "no WebSocket event" in caplog.text)
        assert ws.open
        await ws.send("x")
        await ws.close()
        with pytest.raises(ConnectionClosed):
            await ws.recv()

    run(scenario)


def test_queue_is_read_on_from(run):
    """The server is asked for no more than WEBSOCKET_MAX_QUEUE messages, until one is read."""

    async def scenario(server, ws):
        for number in range(5):
            server.events.put_nowait({"type": "websocket.receive", "text": str(number)})
        await until(lambda: len(ws.messages) == 2)
        await turns()
        assert list(ws.messages) == ["0", "1"]
        assert [await ws.recv() for _ in range(5)] == ["0", "1", "2", "3", "4"]

    run(scenario, config={"WEBSOCKET_MAX_QUEUE": 2})


def test_close_reads_past_a_full_queue(run):
    """The disconnect is found behind messages that nobody reads, which are kept."""

    async def scenario(server, ws):
        for number in range(5):
            server.events.put_nowait({"type": "websocket.receive", "bytes": bytes([number])})
        server.events.put_nowait(GONE)
        await until(lambda: len(ws.messages) == 2)
        await ws.close()
        assert ws.close_code == 4000
        assert len(ws.messages) == 5

    run(scenario, config={"WEBSOCKET_MAX_QUEUE": 2})


def test_close_code_that_the_server_refuses(run):
    """daphne raises for 1001 to 2999: the peer is at least told by the server's own code."""

    async def scenario(server, ws):
        async def refuse(event):
            if "code" in event:
                raise Exception("invalid close code")
            server.sent.append(event)

        server.take = refuse
        ws.end_connection(1011)
        await until(lambda: server.sent[-1] == {"type": "websocket.close"})

    run(scenario)


def test_server_that_does_not_close_while_it_receives(run):
    """Under granian nothing waits for an event while the close frame is sent, or after it."""

    class Granian(FakeServer):
        def __init__(self, **scope):
            super().__init__(**scope)
            self.turn = asyncio.Lock()
            kind = type("ASGIWebsocketProtocol", (), {"__module__": "granian._granian"})
            kind.receive = lambda _: self.next_event()
            self.receive = kind().receive

        async def next_event(self):
            async with self.turn:
                return await super().receive()

        async def send(self, event):
            async with self.turn:
                await super().send(event)

    async def scenario(server, ws):
        await asyncio.sleep(0)
        await asyncio.wait_for(ws.close(4001, "bye"), 5)
        assert server.sent[-1]["code"] == 4001
        assert (ws.closed, ws.close_code, ws.close_reason) == (True, 4001, "bye")

    run(scenario, kind=Granian)


def test_fail_connection_without_a_code(run):
    """1006 cannot be sent, and TCP is not ours to drop: 1011 is sent."""

    async def scenario(server, ws):
        ws.fail_connection()
        await until(lambda: server.sent[-1].get("code") == 1011)

    run(scenario)


def test_broadcast_waits_its_turn(run):
    """Broadcasts leave in order, before what is sent after them and before the close."""
    from sanic_legacy_ws import broadcast

    async def scenario(server, ws):
        assert broadcast([ws], "1") == []
        assert broadcast([ws], b"2") == []
        await ws.send("3")
        broadcast([ws], "4")
        ws.end_connection(4001)
        await until(lambda: server.told()[-1] == "close")
        sent = [event.get("text", event.get("bytes")) for event in server.sent[1:]]
        assert sent == ["1", b"2", "3", "4", None]

    run(scenario)


def test_broadcast_skips_a_slow_one(run):
    """A connection with more than WEBSOCKET_WRITE_LIMIT waiting is passed over."""
    from sanic_legacy_ws import broadcast

    async def scenario(server, ws):
        assert broadcast([ws], "x" * 11) == []
        assert broadcast([ws], "y") == [ws]
        await until(lambda: server.told()[-1] == "send")
        assert broadcast([ws], "z") == []

    run(scenario, config={"WEBSOCKET_WRITE_LIMIT": 10})


@pytest.mark.parametrize("extensions", [None, {}, {"other": {}}])
def test_refusal_without_the_extension(run, extensions):
    """A server that cannot send a response of ours refuses with its own 403."""

    async def scenario(server, ws):
        await ws.respond({"type": "http.response.start", "status": 404, "headers": []})
        await ws.respond({"type": "http.response.body", "body": b"no"})
        await ws.refuse()
        assert server.sent == [{"type": "websocket.close"}]
        assert ws.closed

    run(scenario, scope={"extensions": extensions}, accept=False)


def test_refusal_with_the_extension(run):
    """Status, headers and body of Sanic's response are those of the refusal."""

    async def scenario(server, ws):
        await ws.respond({"type": "http.response.start", "status": 404, "headers": iter([])})
        await ws.respond({"type": "http.response.body", "body": b"no"})
        await ws.refuse()
        assert server.sent == [
            {"type": "websocket.http.response.start", "status": 404, "headers": []},
            {"type": "websocket.http.response.body", "body": b"no"},
        ]
        assert ws.closed

    run(scenario, scope={"extensions": {"websocket.http.response": {}}}, accept=False)


def test_close_before_the_handshake(run):
    """close() before accept refuses, once."""

    async def scenario(server, ws):
        await ws.close()
        await ws.finish()
        assert server.sent == [{"type": "websocket.close"}]

    run(scenario, accept=False)


def test_path_and_addresses(run):
    """They come from the scope, raw where the server tells."""

    async def scenario(server, ws):
        assert (ws.path, ws.remote_address, ws.local_address) == ("/a%20b?c=d", ("h", 1), ("s", 2))

    run(scenario, scope={"query_string": b"c=d", "client": ["h", 1], "server": ["s", "2"]})


def test_switch():
    """install_asgi puts ours in Sanic's place, once; uninstall_asgi takes it back."""
    owners = [
        (MockTransport, "create_websocket_connection"),
        (ASGIApp, "__call__"),
        (Sanic, "_websocket_handler"),
    ]
    originals = [getattr(owner, name) for owner, name in owners]
    install_asgi()
    install_asgi()
    assert getattr(*owners[0]) is not originals[0]
    assert getattr(*owners[1]) is not originals[1]
    uninstall_asgi()
    assert [getattr(owner, name) for owner, name in owners] == originals
