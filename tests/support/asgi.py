"""The same apps under ASGI servers: uvicorn with each of its WebSocket sides, and others."""

from __future__ import annotations

import importlib
import json
import warnings
from importlib.metadata import version
from typing import Any

from .server import SUPPORT, Server
from .versions import EVERYTHING, version_tuple, websockets_version

EXAMPLES = SUPPORT.parent.parent / "examples"
IMPORTS = {
    "uvicorn-websockets": "uvicorn.protocols.websockets.websockets_impl",
    "uvicorn-websockets-sansio": "uvicorn.protocols.websockets.websockets_sansio_impl",
    "uvicorn-wsproto": "uvicorn.protocols.websockets.wsproto_impl",
    "hypercorn": "hypercorn.asyncio.run",
    "daphne": "daphne.server",
    "granian": "granian.server",
}


def missing(kind: str) -> str | None:
    """Why a server of this kind does not run here, None if it does."""
    if kind != "uvicorn-wsproto" and not EVERYTHING:
        return f"{kind}: runs on the oldest and the newest Sanic"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            importlib.import_module(IMPORTS[kind])
        except ImportError as exc:
            return f"{kind}: {exc}"
    if kind == "uvicorn-websockets" and websockets_version < (10,):
        return f"{kind}: uvicorn gives websockets a logger, which it takes since 10.0"
    if kind == "uvicorn-websockets-sansio":
        import uvicorn

        if uvicorn.__version__.startswith("0.39."):
            return f"{kind}: uvicorn 0.39 loses subprotocols and empty messages on this side"
    if kind == "granian" and version_tuple(version(kind)) < (2, 8):
        return f"{kind}: 2.5 loses subprotocols, 1.6 close codes too"
    return None


class AsgiServer(Server):
    """A `Server` under an ASGI server. kind: a key of IMPORTS. Options as there."""

    def __init__(self, app: str, kind: str, **options: Any) -> None:
        super().__init__(app, way="install", **options)
        self.kind = kind
        self.python = ("-W", "ignore::DeprecationWarning")
        self.preloaded += tuple(module for kind, module in IMPORTS.items() if not missing(kind))

    def _launch_arguments(self) -> list[str]:
        name, _, ws = self.kind.partition("-")
        host, port = self.host, str(self.port)
        arguments = {
            "uvicorn": ["--host", host, "--port", port, "--ws", ws, "--log-level", "warning"],
            "hypercorn": ["--bind", f"{host}:{port}"],
            "daphne": ["--bind", host, "--port", port],
            "granian": ["--interface", "asgi", "--host", host, "--port", port],
        }
        return ["-m", name, *arguments[name], "asgi_app:app"]

    def _environment(self) -> dict[str, str]:
        env = super()._environment()
        env["PYTHONPATH"] += f":{SUPPORT}:{EXAMPLES / 'daphne'}"
        options = {"app": self.app, "config": self.config, "lifespan": self.kind == "daphne"}
        env["TEST_ASGI"] = json.dumps(options)
        return env

    def _ready(self) -> bool:
        if not self.alive:
            raise self._failure(f"exited with {self.kill()}")
        return self._accepts()
