"""The pictures of the design page, drawn from the code itself, as SVG files."""

from __future__ import annotations

import ast
import asyncio
import textwrap
from html import escape
from pathlib import Path
from typing import Any, Callable

import sanic_legacy_ws

PACKAGE = Path(sanic_legacy_ws.__file__).resolve().parent
RULES = PACKAGE.parent / "tests" / "test_house.py"


# The layers, and which of them import which.


def layers() -> dict[str, tuple[str, set[str]]]:
    """Return for each layer, from the top, what it is and which layers it imports."""
    order = _order()
    found = {}
    for layer in order:
        folder = PACKAGE / layer
        files = sorted(folder.rglob("*.py")) or [PACKAGE / f"{layer}.py"]
        head = folder / "__init__.py" if folder.is_dir() else files[0]
        doc = ast.get_docstring(ast.parse(head.read_text(encoding="utf-8"))) or ""
        imported = {name for file in files for name in _imports(file)}
        found[layer] = (doc.splitlines()[0].replace("``", "`"), imported & set(order) - {layer})
    return found


def _order() -> list[str]:
    """The layers as the test lists them that checks the imports."""
    for node in ast.parse(RULES.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS":
            return list(ast.literal_eval(node.value))
    raise LookupError(f"no LAYERS in {RULES}")


def _imports(file: Path) -> set[str]:
    """The layers that a file imports."""
    depth = len(file.relative_to(PACKAGE).parts)
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names |= {node.module.split(".")[0]} if node.module else {a.name for a in node.names}
    return names


LINE, BOX, GUTTER = 34, 118, 15  # a layer's height, a box's width, the width of one arrow's column


def layers_svg() -> str:
    found = layers()
    place = {layer: 12 + LINE * i for i, layer in enumerate(found)}
    parts = [_box(12, y, BOX, LINE - 10) for y in place.values()]
    parts += [_text(22, y + 17, layer, "mono") for layer, y in place.items()]
    edge = 12 + BOX
    columns = [layer for layer, (_, imported) in found.items() if imported]
    for column, layer in enumerate(columns):
        imported = found[layer][1]
        x = edge + 26 + GUTTER * column
        lowest = max(place[name] for name in imported)
        parts.append(f'<path d="M{edge} {place[layer] + 7}H{x}V{lowest + 17}" class="line"/>')
        for y in sorted(place[name] + 17 for name in imported):
            parts.append(f'<path d="M{x} {y}H{edge + 2}" class="line" marker-end="url(#tip)"/>')
            parts.append(f'<circle cx="{x}" cy="{y}" r="2.2" class="dot"/>')
    width = edge + 26 + GUTTER * len(columns)
    return _svg(width, 12 + LINE * len(found), parts, "The layers, and what each imports")


def layers_table() -> str:
    """The layers in words: a table in Markdown."""
    lines = ["| layer | what it is | imports |", "| --- | --- | --- |"]
    order = _order()
    for layer, (doc, imported) in layers().items():
        names = ", ".join(f"`{name}`" for name in sorted(imported, key=order.index))
        lines.append(f"| `{layer}` | {doc.rstrip('.')} | {names} |")
    return "\n".join(lines) + "\n"


# The states of a connection, found by driving one.


class _Transport(asyncio.Transport):
    """Takes what a connection does to it, and does nothing."""

    def write(self, data: Any) -> None: ...

    def writelines(self, data: Any) -> None: ...

    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0

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


STEP = 88  # from one state to the next


def states_svg() -> str:
    y = {state: 12 + STEP * i for i, state in enumerate(WAYS)}
    parts = []
    for state in WAYS:
        parts.append(_box(70, y[state], 120, 34))
        parts.append(_text(130, y[state] + 22, state, "mono middle"))
    for (before, after), events in transitions().items():
        start, end = y[before], y[after]
        if end - start == STEP:
            parts.append(_arrow(f"M130 {start + 34}V{end - 2}"))
            middle = (start + 34 + end) / 2 + 4 - 7.5 * ((len(events) - 1) // 2)
            for i in range(0, len(events), 2):
                line = ", ".join(events[i : i + 2]) + ("," if events[i + 2 :] else "")
                parts.append(_text(140, middle + 7.5 * i, line, "small"))
        else:
            reach = 58 - (end - start) / 5
            curve = f"M70 {start + 17}C{reach} {start + 17} {reach} {end + 17} 68 {end + 17}"
            parts.append(_arrow(curve))
    found = transitions().items()
    skipped = sorted({event for (b, a), events in found if y[a] - y[b] > STEP for event in events})
    below = y["CLOSED"] + 60
    for i, line in enumerate(textwrap.wrap(f"On the left: {', '.join(skipped)}", 50)):
        parts.append(_text(12, below + 18 * i, line, "small"))
    return _svg(380, below + 18 * i + 14, parts, "The states of a connection")


# Drawing.


STYLE = """
.page{fill:#fff}.box{fill:#f6f8fa;stroke:#8c959f}.line{fill:none;stroke:#57606a;stroke-width:1.2}
.dot{fill:#57606a}text{fill:#24292f}.mono{font:600 13px monospace}.small{font:13px sans-serif}
.middle{text-anchor:middle}
@media(prefers-color-scheme:dark){.page{fill:#131416}.box{fill:#1f2328;stroke:#6e7681}
.line{stroke:#9da7b3}.dot{fill:#9da7b3}text{fill:#e6edf3}}
"""


def _svg(width: float, height: float, parts: list[str], title: str) -> str:
    tip = (
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="dot"/></marker>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{escape(title)}">'
        f"<style>{STYLE}</style><defs>{tip}</defs>"
        '<rect width="100%" height="100%" rx="6" class="page"/>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" class="box"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(text)}</text>'


def _arrow(path: str) -> str:
    return f'<path d="{path}" class="line" marker-end="url(#tip)"/>'


def pictures() -> dict[str, str]:
    """The pictures by file name."""
    return {"layers.svg": layers_svg(), "states.svg": states_svg()}
