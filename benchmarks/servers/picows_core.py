"""picows' compiled core, with callbacks."""

from __future__ import annotations

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

from benchmarks.cases import Case

PEERS: set[WSTransport] = set()


class Echo(WSListener):
    """Answers each message with itself, a fragmented one in one frame."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Echo, gather or close."""
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif frame.msg_type == WSMsgType.PONG:
            pass
        elif frame.fin and not self.parts:
            transport.send(frame.msg_type, frame.get_payload_as_memoryview())
        else:
            self.parts.append(frame.get_payload_as_bytes())
            if frame.fin:
                transport.send(WSMsgType.TEXT, b"".join(self.parts))
                self.parts.clear()


class ToAll(WSListener):
    """Sends each message to every connection."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Join."""
        PEERS.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Leave."""
        PEERS.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Send to all."""
        payload = frame.get_payload_as_bytes()
        for peer in PEERS:
            peer.send(WSMsgType.TEXT, payload)


async def _serve(case: Case, port: int) -> None:
    listener = ToAll if case.mode in ("broadcast", "send-loop") else Echo
    interval = case.ping_interval or 20
    server = await ws_create_server(
        lambda request: listener(),
        "127.0.0.1",
        port,
        enable_auto_ping=bool(case.ping_interval),
        auto_ping_idle_timeout=interval,
        auto_ping_reply_timeout=interval,
    )
    await server.serve_forever()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
