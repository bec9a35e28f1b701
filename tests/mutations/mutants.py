"""Mutants of Sanic 25.12: one thing in each that Sanic does not promise, changed throughout.

A Sanic to come that differs in such a thing would serve as before, were this package not there.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple

import sanic

ERROR = "error"  # at the start, with the version and a cure
WARNING = "warning"  # at the start, with what is lost
ASGI = "asgi"  # a warning at the start: under ASGI, Sanic's own connection serves
CLEAR = "clear"  # Python's own error says it
NOTHING = "nothing"  # no difference


class Mutant(NamedTuple):
    """``told``: how this package tells of it. A change: in which files, what (a regular expression)
    is replaced by what.
    """

    name: str
    told: str
    changes: tuple[tuple[str, str, str], ...]

    def make(self, folder: Path) -> Path:
        """Copy the installed Sanic with the changes into a folder, which is to be looked into."""
        copy = folder / "sanic"
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(str(Path(sanic.__file__).parent), str(copy), ignore=skip)
        for files, pattern, replacement in self.changes:
            found = [path for glob in files.split() for path in copy.glob(glob)]
            assert _change(found, pattern, replacement), (files, pattern)
        return folder


def _change(files: Iterable[Path], pattern: str, replacement: str) -> int:
    count = 0
    for file in files:
        text, here = re.subn(pattern, replacement, file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        count += here
    return count


def renamed(told: str, *names: str) -> Iterator[Mutant]:
    """Each name is another one, wherever it stands."""
    for name in names:
        yield Mutant(name, told, (("**/*.py", rf"\b{name}\b", f"mutated{name}"),))


def attributes(told: str, *names: str) -> Iterator[Mutant]:
    """Each attribute of Sanic's protocol is another one; the name stands for other things, too."""
    for name in names:
        changes = (
            (
                "server/**/*.py http/http1.py",
                rf"\b(self|protocol|io_proto)\.{name}\b",
                rf"\1.mutated_{name}",
            ),
            ("server/protocols/*.py", rf'"{name}",', f'"mutated_{name}",'),
        )
        yield Mutant(f"HttpProtocol.{name}", told, changes)


def of_asgi(told: str, *names: str) -> Iterator[Mutant]:
    """Each attribute of `ASGIApp` is another one."""
    for name in names:
        pattern = rf"\b(instance|self)\.{name}\b"
        yield Mutant(f"ASGIApp.{name}", told, (("asgi.py", pattern, rf"\1.mutated_{name}"),))


PARTIAL = r"websocket_handler = partial\(\s*self\._websocket_handler,\s*route\.handler,"
CLOSURE = """handler = route.handler

            async def websocket_handler(request, *args, **kwargs):
                await self._websocket_handler(
                    handler, request, *args, subprotocols=subprotocols, **kwargs
                )
"""

MUTANTS = (
    # What runs a handler.
    Mutant("the local `fut`", NOTHING, (("app.py", r"\bfut\b", "handler_task"),)),
    *renamed(NOTHING, "_websocket_handler"),
    Mutant(
        "close() by way of another method",
        NOTHING,
        (
            ("app.py", r"await ws\.close\(\)", "await self._end(ws)"),
            (
                "app.py",
                r"(?=    async def _websocket_handler)",
                "    async def _end(self, ws):\n        await ws.close()\n\n",
            ),
        ),
    ),
    *renamed(ERROR, "websocket_tasks"),
    Mutant(
        "websocket_tasks.update()",
        WARNING,
        (("app.py", r"websocket_tasks\.add\(fut\)", "websocket_tasks.update([fut])"),),
    ),
    Mutant(
        "websocket_tasks.discard()", WARNING, (("app.py", r"tasks\.remove\(", "tasks.discard("),)
    ),
    Mutant(
        "tasks are not cancelled before a stop",
        WARNING,
        (
            (
                "app.py",
                r"(for task in app\.websocket_tasks:)\s+task\.cancel\(\)",
                r"\1\n            pass",
            ),
        ),
    ),
    *renamed(NOTHING, "_cancel_websocket_tasks"),
    *renamed(ERROR, "websocket_handshake"),
    Mutant(
        "another argument of websocket_handshake()",
        CLEAR,
        (
            (
                "app.py",
                r"websocket_handshake\(request, subprotocols\)",
                "websocket_handshake(request, subprotocols, None)",
            ),
        ),
    ),
    # Routes.
    Mutant(
        "a closure around a route's handler",
        WARNING,
        (("app.py", PARTIAL + r"\s*subprotocols=subprotocols,\s*\)", CLOSURE),),
    ),
    Mutant(
        "a partial by keyword",
        NOTHING,
        (
            (
                "app.py",
                PARTIAL,
                "websocket_handler = partial(self._websocket_handler, handler=route.handler,",
            ),
            (
                "app.py",
                r"self, handler, request, \*args, subprotocols=None",
                "self, request, *args, handler, subprotocols=None",
            ),
        ),
    ),
    # The start.
    *renamed(WARNING, "_build_protocol_kwargs"),
    Mutant(
        "the local `config` of the start",
        WARNING,
        (("server/runners.py", r"(?<![.\w])config\b", "settings"),),
    ),
    Mutant(
        "no hasattr() at the start",
        WARNING,
        (
            (
                "server/runners.py",
                r'hasattr\(protocol, "websocket_handshake"\)',
                'protocol.__name__ != "HttpProtocol"',
            ),
        ),
    ),
    Mutant(
        "another name for WebSocketProtocol",
        ERROR,
        (
            ("mixins/startup.py", r"\bWebSocketProtocol\b", "OwnProtocol"),
            ("mixins/startup.py", r"import OwnProtocol", "import WebSocketProtocol as OwnProtocol"),
        ),
    ),
    Mutant(
        "another name for Manager",
        WARNING,
        (
            ("mixins/startup.py", r"\bManager,", "Manager as states,"),
            ("mixins/startup.py", r"\bManager\(\)", "states()"),
        ),
    ),
    # Sanic's protocol.
    *renamed(
        ERROR, "keep_alive", "upgrade_websocket", "_http", "recv_buffer", "conn_info", "_task"
    ),
    *attributes(ERROR, "transport", "connections", "app", "loop"),
    *renamed(NOTHING, "_can_write", "_data_received", "_callback_check_timeouts", "close_if_idle"),
    *attributes(NOTHING, "access_log"),
    *renamed(ERROR, "HttpProtocol"),
    *renamed(WARNING, "WebsocketImplProtocol"),
    # ASGI.
    *renamed(ERROR, "MockTransport"),
    *renamed(
        ASGI, "_websocket_connection", "create_websocket_connection", "get_websocket_connection"
    ),
    *of_asgi(ASGI, "ws", "sanic_app", "request"),
    Mutant("MockTransport._send", ASGI, (("models/asgi.py", r"\b_send\b", "_transmit"),)),
    Mutant(
        "ASGIApp.create",
        ASGI,
        (
            ("asgi.py", r"async def create\(", "async def made("),
            ("app.py", r"ASGIApp\.create", "ASGIApp.made"),
        ),
    ),
    Mutant(
        "ASGIApp.create() by keyword",
        NOTHING,
        (
            ("app.py", r"(ASGIApp\.create\()self, scope", r"\1sanic_app=self, scope=scope"),
            ("app.py", r"scope=scope, receive, send\)", "scope=scope, receive=receive, send=send)"),
        ),
    ),
)
