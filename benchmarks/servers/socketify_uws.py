"""socketify: uWebSockets in C++, called back in Python. It never sleeps while there is work."""

from __future__ import annotations

from typing import Any

from socketify import App, CompressOptions

from benchmarks.cases import Case

TOPIC = "all"
BIGGEST = 2**20
UNREAD = 2**26  # bytes that may wait for a peer; above, socketify drops messages


def _deflate(ws: Any, message: Any, opcode: Any) -> None:
    ws.send(message, opcode, True)


def _echo(ws: Any, message: Any, opcode: Any) -> None:
    ws.send(message, opcode)


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    app: Any = App()
    behaviour: dict[str, Any] = {
        "compression": CompressOptions.DISABLED,
        "max_payload_length": BIGGEST,
        "max_backpressure": UNREAD,
        "idle_timeout": 0,
        "message": _echo,
    }
    behaviour.update(_special(case, app))
    app.ws("/", behaviour)
    app.listen(port)
    app.run()


def _special(case: Case, app: Any) -> dict[str, Any]:
    """What the case needs besides."""
    peers: set[Any] = set()

    def to_all(ws: Any, message: Any, opcode: Any) -> None:
        app.publish(TOPIC, message, opcode)

    def to_each(ws: Any, message: Any, opcode: Any) -> None:
        for peer in peers:
            peer.send(message, opcode)

    both = CompressOptions.DEDICATED_COMPRESSOR | CompressOptions.DEDICATED_DECOMPRESSOR
    return {
        "broadcast": {"open": lambda ws: ws.subscribe(TOPIC), "message": to_all},
        "send-loop": {"open": peers.add, "message": to_each},
        "deflate": {"compression": both, "message": _deflate},
    }.get(case.mode, {})
