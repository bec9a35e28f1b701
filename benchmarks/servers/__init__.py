"""The registry of servers. Each runs as ``python -m benchmarks.servers NAME CASE PORT CORE``.

What lies in this folder also runs on the Python and Sanic of earlier years.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_DEFLATE = frozenset({"deflate"})
NO_BROADCAST = frozenset({"broadcast"})
NO_KEEPALIVE = frozenset({"keepalive"})
ASGI_CASES = ("ping-pong", "32B", "1KiB", "64KiB", "connections-100")
GUEST_CASES = ("32B", "64KiB", "connections-100", "churn")
GUESTS = (
    # name, title, what it needs, the framework's own server or what comes nearest to one
    ("picows", "picows core", "picows", "picows-core"),
    ("wsproto", "wsproto", "wsproto", "uvicorn-wsproto"),
    ("websockets-asyncio", "websockets asyncio", "websockets", "websockets"),
    ("websockets-legacy", "websockets legacy", "websockets", "websockets-legacy"),
    ("wrapped", "wrap(websockets legacy)", "websockets", "websockets-legacy"),
)


@dataclass(frozen=True)
class Server:
    """One server: the module and its function that serve, and what it needs and lacks."""

    name: str
    title: str
    module: str
    needs: tuple[str, ...]  # distributions, named in the results with their versions
    lacks: frozenset[str] = frozenset()  # modes of cases that it cannot serve
    function: str = "serve"
    environment: str = ""  # name of an environment of its own
    peer: bool = True
    by_default: bool = True  # else it runs only when it is named
    cases: tuple[str, ...] = ()  # those it is measured in unless others are named; (): all


SERVERS = {
    server.name: server
    for server in (
        Server("ours", "sanic-legacy-ws", "ours", ("sanic-legacy-ws", "sanic"), peer=False),
        Server(
            "ours-report",
            "sanic-legacy-ws, report on",
            "ours",
            ("sanic-legacy-ws", "sanic"),
            function="serve_with_report",
            peer=False,
            by_default=False,
        ),
        Server(
            "ours-without-report",
            "sanic-legacy-ws without the report",
            "ours",
            ("sanic-legacy-ws", "sanic"),
            function="serve_without_report",
            peer=False,
            by_default=False,
        ),
        Server(
            "ours-asyncio",
            "sanic-legacy-ws, asyncio's loop",
            "ours",
            ("sanic-legacy-ws", "sanic"),
            function="serve_on_asyncio",
            peer=False,
            cases=("neighbour",),
        ),
        Server(
            "ours-asgi",
            "sanic-legacy-ws under uvicorn",
            "ours",
            ("sanic-legacy-ws", "sanic", "uvicorn", "websockets"),
            NO_DEFLATE,
            function="serve_asgi",
            peer=False,
            cases=ASGI_CASES,
        ),
        *(
            Server(
                f"guest-{name}",
                f"{title}, a guest",
                "guests",
                ("sanic-legacy-ws", "sanic", needs),
                NO_DEFLATE | NO_BROADCAST,
                function=f"serve_{name.replace('-', '_')}",
                peer=False,
                cases=GUEST_CASES,
            )
            for name, title, needs, _ in GUESTS
        ),
        Server(
            "builtin",
            "Sanic built-in",
            "sanic_builtin",
            ("sanic", "websockets"),
            NO_DEFLATE | NO_BROADCAST,
        ),
        Server(
            "sanic-21.6",
            "Sanic 21.6.2",
            "sanic_builtin",
            ("sanic", "websockets"),
            NO_DEFLATE | NO_BROADCAST,
            environment="sanic-21.6",
        ),
        Server("shim", "naive shim", "shim", ("sanic", "websockets"), NO_DEFLATE),
        Server("websockets", "websockets asyncio", "websockets_asyncio", ("websockets",)),
        Server("websockets-legacy", "websockets legacy", "websockets_legacy", ("websockets",)),
        Server(
            "uvicorn-sansio",
            "uvicorn sansio",
            "uvicorn_asgi",
            ("uvicorn", "websockets"),
            NO_BROADCAST,
            function="serve_sansio",
        ),
        Server(
            "uvicorn-wsproto",
            "uvicorn wsproto",
            "uvicorn_asgi",
            ("uvicorn", "wsproto"),
            NO_BROADCAST,
            function="serve_wsproto",
        ),
        Server("aiohttp", "aiohttp", "aiohttp_web", ("aiohttp",), NO_BROADCAST),
        Server(
            "granian",
            "granian RSGI",
            "granian_rsgi",
            ("granian",),
            NO_DEFLATE | NO_BROADCAST | NO_KEEPALIVE,
        ),
        Server("socketify", "socketify", "socketify_uws", ("socketify",), NO_KEEPALIVE),
        Server("picows-websockets", "picows websockets API", "picows_websockets", ("picows",)),
        Server("picows-core", "picows core", "picows_core", ("picows",), NO_DEFLATE),
        Server(
            "raw",
            "bare uvloop",
            "raw",
            ("uvloop",),
            NO_DEFLATE | NO_KEEPALIVE,
            peer=False,
        ),
    )
}
