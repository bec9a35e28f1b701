"""What a peer and a handler may count on with every guest, and which guest cannot keep what."""

from __future__ import annotations

CLAIMS: dict[str, str] = {
    "early": "Frames in the segment of the upgrade request are delivered.",
    "limit": "A message over `WEBSOCKET_MAX_SIZE` ends the connection with 1009, inflated or not.",
    "queue": "A handler that does not read stops the reading: nothing grows.",
    "write": "A peer that does not read stops the sending: nothing grows.",
    "pings": "A flood of pings from a peer that never reads costs no memory.",
    "keepalive": "A peer that answers no ping is dropped, by the `WEBSOCKET_PING_*` settings.",
    "vanished": "A peer that vanishes behind a full queue is found out by keepalive.",
    "cancel": "A `recv` that is cancelled loses nothing, in the middle of a message either.",
    "orderly": "`async for` ends at an orderly end; it does not raise.",
    "left": "A handler that reads reads what had arrived, and is cancelled then.",
    "stop": "A server that stops sends a close frame, and its log stays clean.",
}

_ITS_APP = "the example leaves that to your framework"
_LISTENER = "picows hands each frame to your listener: what that keeps is its own affair"
_CLASS = "your class has to do it; `GuestProtocol` does"

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("minimal", "limit"): _ITS_APP,
    ("minimal", "queue"): _ITS_APP,
    ("minimal", "write"): _ITS_APP,
    ("minimal", "keepalive"): _ITS_APP,
    ("minimal", "left"): _ITS_APP,
    ("minimal", "orderly"): "it has no `async for`",
    ("picows", "limit"): "its limit is one of frames, and ends with 1002",
    ("picows", "queue"): _LISTENER,
    ("picows", "write"): "its `send` does not wait",
    ("picows", "cancel"): "fragments are frames too, and your listener joins them",
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
    ("websockets_asyncio", "cancel"): (15,),
    ("websockets_asyncio", "left"): (14, 2),
}

# Whether the exception shows depends on the release of websockets that the class wraps.
NOT_ALWAYS = {("wrapped", "pings")}
