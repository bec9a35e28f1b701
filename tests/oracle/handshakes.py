"""The opening handshake, good and bad."""

from __future__ import annotations

from typing import Any

from .peer import Peer
from .registry import Play, add, scenario


def _handshake(path: str = "/return", **arguments: Any) -> Play:
    def play(peer: Peer) -> None:
        peer.open(path, **arguments)
        peer.end()

    return play


HANDSHAKES: dict[str, Play] = {
    "Upgrade: WebSocket": _handshake(replace={"Upgrade": "WebSocket"}),
    "Connection: keep-alive, Upgrade": _handshake(replace={"Connection": "keep-alive, Upgrade"}),
    "no Upgrade": _handshake(replace={"Upgrade": None}),
    "no Connection": _handshake(replace={"Connection": None}),
    "no upgrade at all": _handshake(
        replace={
            "Upgrade": None,
            "Connection": None,
            "Sec-WebSocket-Key": None,
            "Sec-WebSocket-Version": None,
        }
    ),
    "Upgrade: h2c": _handshake(replace={"Upgrade": "h2c"}),
    "no key": _handshake(replace={"Sec-WebSocket-Key": None}),
    "key of 15 bytes": _handshake(replace={"Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1"}),
    "key not base64": _handshake(replace={"Sec-WebSocket-Key": "!!!!"}),
    "two keys": _handshake(headers=[("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")]),
    "no version": _handshake(replace={"Sec-WebSocket-Version": None}),
    "version 12": _handshake(replace={"Sec-WebSocket-Version": "12"}),
    "two versions": _handshake(headers=[("Sec-WebSocket-Version", "8")]),
    "HTTP/1.0": _handshake(version="HTTP/1.0"),
    "no Host": _handshake(host=None),
    "empty Host": _handshake(host=""),
    "POST": _handshake(method="POST", headers=[("Content-Length", "0")]),
    "no such route": _handshake("/nowhere"),
    "permessage-deflate offered": _handshake(
        headers=[("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")]
    ),
    "subprotocol asked, none on the route": _handshake(headers=[("Sec-WebSocket-Protocol", "a")]),
    "subprotocols a, b": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "a, b")]),
    "subprotocols b,a": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "b,a")]),
    "subprotocols in two lines": _handshake(
        "/choose", headers=[("Sec-WebSocket-Protocol", "x"), ("Sec-WebSocket-Protocol", "b")]
    ),
    "subprotocols that are no tokens": _handshake(
        "/choose", headers=[("Sec-WebSocket-Protocol", "Bearer eyJhbGciOiJI.e30, dG9rZW4=, b")]
    ),
    "extension with a semicolon at its end": _handshake(
        headers=[("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits;")]
    ),
    "no common subprotocol": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "x, y")]),
    "no subprotocol asked": _handshake("/choose"),
}

for _how, _play in HANDSHAKES.items():
    add("handshake, " + _how, _play)


@scenario
def handshake_after_http_on_the_same_connection(peer: Peer) -> None:
    response = peer.client.request("/go?key=nobody")
    peer.answer.append(str(response.status))
    peer.open("/return")
    peer.end()
