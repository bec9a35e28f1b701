"""The same apps under ASGI servers: uvicorn with each of its WebSocket sides, and hypercorn."""

from __future__ import annotations

import importlib
import json
import warnings
from typing import Any

from .server import SUPPORT, Server
from .versions import websockets_version

IMPORTS = {
    "uvicorn-websockets": "uvicorn.protocols.websockets.websockets_impl",
    "uvicorn-websockets-sansio": "uvicorn.protocols.websockets.websockets_sansio_impl",
    "uvicorn-wsproto": "uvicorn.protocols.websockets.wsproto_impl",
    "hypercorn": "hypercorn.asyncio.run",
}


def missing(kind: str) -> str | None:
    """Why a server of this kind cannot run here, None if it can."""
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
        command = ["-m", name]
        if name == "hypercorn":
            return [*command, "asgi_app:app", "--bind", f"{self.host}:{self.port}"]
        address = ["--host", self.host, "--port", str(self.port)]
        return [*command, "asgi_app:app", *address, "--ws", ws, "--log-level", "warning"]

    def _environment(self) -> dict[str, str]:
        env = super()._environment()
        env["PYTHONPATH"] += ":" + str(SUPPORT)
        env["TEST_ASGI"] = json.dumps({"app": self.app, "config": self.config})
        return env

    def _ready(self) -> bool:
        if not self.alive:
            raise self._failure(f"exited with {self.kill()}")
        return self._accepts()
