"""What a peer and a handler may count on with every guest, and which guest cannot keep what."""

from __future__ import annotations

CLAIMS: dict[str, str] = {
    "early": "Frames in the TCP segment of the upgrade request are delivered.",
    "limit": "A message over `WEBSOCKET_MAX_SIZE` closes with 1009, compressed or not.",
    "queue": "If a handler does not read, reading stops: no buffer grows.",
    "write": "If a peer does not read, sending stops: no buffer grows.",
    "pings": "A flood of pings from a peer that never reads costs no memory.",
    "keepalive": "A peer that answers no ping is dropped, as the `WEBSOCKET_PING_*` settings say.",
    "vanished": "Keepalive notices a peer that disappears while the queue is full.",
    "cancel": "A cancelled `recv` loses nothing, not even in the middle of a message.",
    "orderly": "After a close with 1000 or 1001, `async for` ends without an exception.",
    "left": "A handler that reads gets what had arrived. Then it is cancelled.",
    "stop": "A server that stops sends a close frame, and its log stays clean.",
}

_ITS_APP = "the example leaves that to your framework"
_LISTENER = "picows gives each frame to your listener, which has to limit what it keeps"
_CLASS = "your class has to do it; `GuestProtocol` does"

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("minimal", "limit"): _ITS_APP,
    ("minimal", "queue"): _ITS_APP,
    ("minimal", "write"): _ITS_APP,
    ("minimal", "keepalive"): _ITS_APP,
    ("minimal", "left"): _ITS_APP,
    ("minimal", "orderly"): "it has no `async for`",
    ("picows", "limit"): "its limit is for each frame, and closes with 1002",
    ("picows", "queue"): _LISTENER,
    ("picows", "write"): "its `send` does not wait",
    ("picows", "cancel"): "your listener gets fragments as frames, and has to join them",
    ("picows", "left"): _LISTENER,
    ("picows", "orderly"): "it has no `async for`",
    ("wrapped", "early"): _CLASS,
    ("wrapped", "write"): _CLASS,
    ("wrapped", "pings"): _CLASS,
    ("wrapped", "keepalive"): _CLASS,
    ("wrapped", "vanished"): _CLASS,
    ("wrapped", "left"): _CLASS,
}

# What the guest keeps from this release of websockets on.
KEPT_SINCE: dict[tuple[str, str], tuple[int, ...]] = {
    ("websockets_asyncio", "cancel"): (17, 3),
    ("websockets_asyncio", "left"): (14, 2),
}

# Whether the exception shows depends on the release of websockets that the class wraps.
NOT_ALWAYS = {("wrapped", "pings")}
