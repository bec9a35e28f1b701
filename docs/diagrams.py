"""The diagrams of the site, drawn from the code itself."""

from __future__ import annotations

import ast
import asyncio
import textwrap
from html import escape
from pathlib import Path
from typing import Any, Callable

import sanic_legacy_ws

PACKAGE = Path(sanic_legacy_ws.__file__).resolve().parent

ROOMS = [
    "cli",
    "demo",
    "doctor",
    "testing",
    "server",
    "guests",
    "binding",
    "connection",
    "migration",
    "_compat",
    "wire",
]
"""The rooms of the package. Imports only go down this list."""


# The rooms, and who imports whom.


def rooms() -> dict[str, tuple[str, set[str]]]:
    """Return for each room that exists the first line of its docstring and what it imports."""
    found = {}
    for room in ROOMS:
        folder = PACKAGE / room
        files = sorted(folder.rglob("*.py")) or [PACKAGE / f"{room}.py"]
        if files[0].exists():
            head = folder / "__init__.py" if folder.is_dir() else files[0]
            doc = ast.get_docstring(ast.parse(head.read_text())) or ""
            imported = {name for file in files for name in _imports(file)}
            found[room] = (doc.splitlines()[0], imported & set(ROOMS) - {room})
    return found


def _imports(file: Path) -> set[str]:
    """The rooms that a file imports."""
    depth = len(file.relative_to(PACKAGE).parts)
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names |= {node.module.split(".")[0]} if node.module else {a.name for a in node.names}
    return names


def rooms_svg() -> str:
    found = rooms()
    place = {room: 20 + 62 * i for i, room in enumerate(found)}
    parts = []
    for room, (doc, _) in found.items():
        y = place[room]
        parts.append(_box(20, y, 470, 44))
        parts.append(_text(34, y + 27, room, "mono"))
        lines = textwrap.wrap(doc.replace("`", "").rstrip("."), 52)
        for i, line in enumerate(lines):
            parts.append(_text(140, y + 31 - 8 * len(lines) + 16 * i + 4, line, "small"))
    column = 0
    for room, (_, imported) in found.items():
        if not imported:
            continue
        x = 530 + 26 * column
        column += 1
        lowest = max(place[name] for name in imported)
        parts.append(f'<path d="M490 {place[room] + 14}H{x}V{lowest + 30}" class="line"/>')
        for name in sorted(imported, key=ROOMS.index):
            y = place[name] + 30
            parts.append(f'<path d="M{x} {y}H492" class="line" marker-end="url(#rooms-tip)"/>')
            parts.append(f'<circle cx="{x}" cy="{y}" r="2.5" class="dot"/>')
    width = 530 + 26 * column
    return _svg("rooms", width, 20 + 62 * len(found), parts, "The rooms and their imports")


# The states of a connection, found by driving one.


class _Transport(asyncio.Transport):
    """Takes what a connection does to it, and does nothing."""

    def write(self, data: Any) -> None: ...

    def writelines(self, data: Any) -> None: ...

    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None: ...

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None: ...

    def is_closing(self) -> bool:
        return False

    def close(self) -> None: ...


CLOSE_FRAME = b"\x88\x82\x00\x00\x00\x00\x03\xe8"  # masked with zeros, code 1000
BROKEN_FRAME = b"\x83\x80\x00\x00\x00\x00"  # opcode 3 (RFC 6455 section 5.2: reserved)

EVENTS: dict[str, Callable[[Any], Any]] = {
    "connection_open()": lambda ws: ws.connection_open(),
    "close()": lambda ws: ws.end_connection(1000),
    "close frame": lambda ws: ws.data_received(CLOSE_FRAME),
    "protocol error": lambda ws: ws.data_received(BROKEN_FRAME),
    "fail_connection()": lambda ws: ws.fail_connection(1011),
    "end of stream": lambda ws: ws.eof_received(),
    "TCP lost": lambda ws: ws.connection_lost(None),
}

WAYS = {
    "CONNECTING": [],
    "OPEN": ["connection_open()"],
    "CLOSING": ["connection_open()", "close()"],
    "CLOSED": ["connection_open()", "TCP lost"],
}


def transitions() -> dict[tuple[str, str], list[str]]:
    """Return the events that lead from a state to another, seen on a real connection."""

    async def observe() -> dict[tuple[str, str], list[str]]:
        seen: dict[tuple[str, str], list[str]] = {}
        for state in WAYS:
            for event in EVENTS:
                if (state == "CONNECTING") < (event == "connection_open()"):
                    continue
                before, after = _after([*WAYS[state], event])
                assert before == state
                if after != before:
                    seen.setdefault((before, after), []).append(event)
        return seen

    return asyncio.run(observe())


def _after(events: list[str]) -> tuple[str, str]:
    """Return the states before and after the last of these events."""
    from sanic_legacy_ws import LegacyWebSocket

    ws = LegacyWebSocket(ping_interval=None, loop=asyncio.get_running_loop())
    ws.connection_made(_Transport())
    for event in events:
        before = ws.state.name
        EVENTS[event](ws)
    after = ws.state.name
    ws.connection_lost(None)
    return before, after


def states_svg() -> str:
    x = {state: 20 + 215 * i for i, state in enumerate(WAYS)}
    parts = []
    for state in WAYS:
        parts.append(_box(x[state], 90, 115, 44))
        parts.append(_text(x[state] + 57, 117, state, "mono middle"))
    for (before, after), events in transitions().items():
        start, end = x[before], x[after]
        if end - start == 215:
            parts.append(_arrow(f"M{start + 115} 112H{end - 4}", "states-tip"))
            for i, event in enumerate(events):
                parts.append(_text(start + 165, 148 + 17 * i, event, "small middle"))
        elif "TCP lost" in events:
            top = 90 - (end - start) / 7
            middle = (start + end) / 2 + 57
            curve = f"M{start + 57} 90C{start + 57} {top} {end + 57} {top} {end + 57} 86"
            parts.append(_arrow(curve, "states-tip"))
            parts.append(_text(middle, 90 - (90 - top) * 0.75 - 6, "TCP lost", "small middle"))
    return _svg("states", 800, 235, parts, "The states of a connection")


# Drawing.


def _svg(name: str, width: float, height: float, parts: list[str], title: str) -> str:
    tip = (
        f'<marker id="{name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="dot"/></marker>'
    )
    style = (
        "<style>.box{fill:var(--color-background-secondary);stroke:var(--color-foreground-border)}"
        ".line{fill:none;stroke:var(--color-foreground-muted);stroke-width:1.2}"
        ".dot{fill:var(--color-foreground-muted)}"
        "text{fill:var(--color-foreground-primary)}"
        ".mono{font:600 14px var(--font-stack--monospace)}"
        ".small{font:13px var(--font-stack)}.middle{text-anchor:middle}</style>"
    )
    return (
        f'<div class="diagram"><svg role="img" aria-label="{escape(title)}" width="{width:g}" '
        f'viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg">'
        f"{style}<defs>{tip}</defs>{''.join(parts)}</svg></div>\n"
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" class="box"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(text)}</text>'


def _arrow(path: str, tip: str) -> str:
    return f'<path d="{path}" class="line" marker-end="url(#{tip})"/>'


def write(folder: Path) -> None:
    """Write each diagram as a piece of HTML to include."""
    for draw in (rooms_svg, states_svg):
        (folder / draw.__name__.replace("_svg", ".html")).write_text(draw())
