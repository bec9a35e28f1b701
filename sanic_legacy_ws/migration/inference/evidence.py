"""Whether a module speaks of Sanic's websockets, so that a name alone says something."""

from __future__ import annotations

import ast
import re

from ..model import Confidence
from .shapes import WEBSOCKET, Trace
from .syntax import Function, Module, parameters

PLAIN_NAMES = re.compile(r"_{0,2}(ws|websocket|web_socket|ws_conn|websocket_conn)")
OTHER_FRAMEWORKS = (
    "aiohttp", "fastapi", "starlette", "tornado", "quart", "channels", "websocket", "falcon",
    "litestar", "blacksheep", "gevent", "geventwebsocket", "autobahn", "trio_websocket", "picows",
)  # fmt: skip
STANDALONE = {"connect", "serve", "unix_serve", "unix_connect", "Connect", "Serve"}
REQUEST_NAMES = re.compile(r"_{0,2}|_?(req|request|rq|r)", re.IGNORECASE)
TOLD = ("websockets", "sanic.websocket", "sanic.server.websockets", "sanic_legacy_ws")


class Evidence:
    """What the imports of a module say about it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.sanic = module.imports_from("sanic", "sanic_legacy_ws")
        roots = {origin.partition(".")[0] for origin in module.origins.values()}
        # sanic_jwt and the like
        self.sanic_family = any(root.startswith("sanic") for root in roots)
        self.other_framework = module.imports_from(*OTHER_FRAMEWORKS)
        self._speaks: bool | None = None  # worked out at the first question

    def by_name(self, name: str) -> Trace | None:
        """``ws`` in a module that deals with the websockets of Sanic, by all that is known."""
        if not PLAIN_NAMES.fullmatch(name) or not self.speaks():
            return None
        return Trace(WEBSOCKET, Confidence.POSSIBLE)

    def is_handler(self, function: Function) -> bool:
        """Whether a function behind ``@x.websocket`` is one of Sanic, not of another framework."""
        known = parameters(function)
        if self.module.owner(function):
            known = known[1:]
        if len(known) < 2:
            return False
        if self.sanic:
            return True
        return not self.other_framework and bool(REQUEST_NAMES.fullmatch(known[0].arg))

    def speaks(self) -> bool:
        """Whether the module deals with websockets of Sanic, and with no others."""
        if self._speaks is None:
            self._speaks = self._look()
        return self._speaks

    def _look(self) -> bool:
        if self.other_framework:
            return False
        origins = self.module.origins.values()
        if any(_standalone(origin) for origin in origins):
            return False
        used = {self.module.origin(node) for node in self.module.of(ast.Attribute)}
        if any(_standalone(origin) for origin in used):
            return False
        closed = "sanic.exceptions.WebsocketClosed"
        return any(o == closed or o.startswith(TOLD) for o in origins)


def _standalone(origin: str) -> bool:
    """Names of websockets' own server and client, without Sanic."""
    root, _, rest = origin.partition(".")
    return root == "websockets" and rest.rpartition(".")[2] in STANDALONE
