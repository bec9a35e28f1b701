"""The tables of the README and of the site, each written in one place.

`python docs/tables.py` writes them into README.md, with the chart of the published benchmark run;
the site's build writes them, as pages to include, into docs/_generated.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from pathlib import Path
from typing import Any, Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FEATURES = [
    # what happens, Sanic 21.6's object, Sanic 25.12's own object, this package
    ("`recv()` waits and the peer closes", "`CancelledError`", "`CancelledError`",
     "`ConnectionClosedOK` or `ConnectionClosedError`, with code and reason"),
    ("`wait_for(ws.recv(), 1)` times out", "no message lost", "`ServerError`, connection lost",
     "no message lost"),
    ("handler busy, 1 message unread, keepalive on", "kept", "closed with 1011", "kept"),
    ("messages unread when the peer closes", "lost", "lost", "read first, then `ConnectionClosed`"),
    ("first frame in the same TCP segment as the upgrade", "lost", "lost", "delivered"),
    ("`open`, `closed`, `state`, `remote_address`, `wait_closed()`", "yes", "`AttributeError`",
     "yes"),
    ("`ws.send([a, b])`, fragments", "yes", "`NotImplementedError`", "yes"),
    ("client offers subprotocols a, b; the route has b, a", "a", "b", "a"),
    ("route has subprotocols, the client offers none", "accepted", "400", "accepted"),
    ("`WEBSOCKET_MAX_QUEUE`, `_READ_LIMIT`, `_WRITE_LIMIT`", "honoured", "ignored", "honoured"),
    ("peer that does not read, handler in a `send()` loop", "250 MB buffered", "waits", "waits"),
    ("invalid UTF-8 from the peer", "1007", "connection hangs", "1007"),
    ("permessage-deflate", "no", "no", "one setting"),
    ("handler raises: close code", "1000", "1000", "1011"),
    ("SIGTERM with open connections: close code", "1000", "1000", "1001"),
]  # fmt: skip

FEW = ("ping-pong", "32B", "1KiB", "64KiB", "deflate", "memory")  # the cases in the README's chart

SETTINGS = {
    "max_size": ("bytes", "Longest message. A longer one fails the connection with 1009."),
    "max_queue": (
        "messages",
        "Messages that wait to be read. From there on nothing more is read from the socket.",
    ),
    "read_limit": ("bytes", "What is buffered behind a full queue, before reading is paused."),
    "write_limit": ("bytes", "What is buffered for a slow peer, before `send()` waits."),
    "ping_interval": ("seconds", "Time between keepalive pings."),
    "ping_timeout": ("seconds", "Time for a pong to come, before the connection fails with 1011."),
    "timeout": (
        "seconds",
        "Time for the peer to answer a close frame, and for a handler to end after its connection.",
    ),
    "on_disconnect": (
        "",
        '`"raise"`: whatever waits on the socket gets ConnectionClosed. `"cancel"`: the handler '
        "is cancelled, as Sanic does.",
    ),
    "origins": (
        "",
        "Who may connect: None for anyone, or a list of origins, in which None stands for "
        "clients that send no origin. Others get 403.",
    ),
    "compression": (
        "",
        '`None`, `"deflate"`, or DeflateParameters, or a function that returns one of them for a '
        "request.",
    ),
    "send_timeout": (
        "seconds",
        "How long a peer may keep `send()` waiting, before the connection is dropped.",
    ),
    "before_upgrade": (
        "",
        "Called with the request before the upgrade; returns more response headers, or raises.",
    ),
    "select_subprotocol": (
        "",
        "Called with the request, the client's subprotocols and the route's; returns the one to "
        "speak, or None.",
    ),
}


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def features() -> str:
    """What differs from Sanic's objects."""
    return markdown(["", "Sanic 21.6", "Sanic 25.12's own", "this package"], FEATURES)


def settings() -> str:
    """The settings with their defaults, from the code."""
    from sanic_legacy_ws.binding.settings import Settings

    rows = []
    for name, default in Settings._field_defaults.items():
        unit, what = SETTINGS[name]
        value = f"`{default!r}`" + (f" {unit}" if unit and default is not None else "")
        rows.append([f"`WEBSOCKET_{name.upper()}`", value, what])
    return markdown(["setting", "default", "meaning"], rows)


def compatibility() -> str:
    """The tested combinations, from the table that tox's matrix is checked against."""
    from sanic_legacy_ws._compat.table import ENVIRONMENTS

    rows = [
        [
            env.sanic,
            env.python,
            "".join(env.websockets).replace("==", ""),
            ", ".join(f"`{pin}`" for pin in env.pins),
            env.loop,
            env.own,
        ]
        for env in ENVIRONMENTS
    ]
    return markdown(
        ["Sanic", "Python", "websockets", "more pins", "loop", "Sanic's own object there"], rows
    )


def matrix() -> str:
    """Which lines of Sanic are tested on which Python."""
    from sanic_legacy_ws._compat.table import ENVIRONMENTS

    lines: dict[str, list[str]] = {}
    for env in ENVIRONMENTS:
        lines.setdefault(env.python, []).append(".".join(env.sanic.split(".")[:2]))
    order = sorted(lines, key=lambda python: int(python.split(".")[1]))
    return markdown(
        ["Python", "Sanic"],
        [[python, ", ".join(sorted(set(lines[python]), key=_of_line))] for python in order],
    )


def _of_line(line: str) -> tuple[int, ...]:
    return tuple(map(int, line.split(".")))


def benchmarks() -> str:
    """The published benchmark run: what was asked, and all tables."""
    from benchmarks.report import table
    from benchmarks.servers import SERVERS
    from benchmarks.targets import guests, nearest, verdicts

    results = published()
    about = (
        "Measured on {date} on {processor}, kernel {kernel}, {cores}: {rounds} rounds of "
        "{seconds} seconds."
    ).format(**results.about)
    rows = (
        [SERVERS[name].title, ", ".join(f"{what} {version}" for what, version in of.items())]
        for name, of in results.about["versions"].items()
    )
    versions = markdown(["server", "versions"], rows)
    parts = [about, versions, "### Targets", verdicts(results)]
    parts += ["### Beside the frameworks with HTTP", nearest(results)]
    parts += ["### Guests beside their own servers", guests(results)]
    return "\n\n".join([*parts, "### Figures", table(results)])


def published() -> Any:
    """Return the benchmark run whose figures the documentation shows."""
    from benchmarks.report import Results

    return Results.load(ROOT / "benchmarks" / "published.json")


def charts() -> dict[str, str]:
    """The charts of the published run, by file name: all cases, and those of the README."""
    from benchmarks.cases import CASES
    from benchmarks.chart import chart
    from benchmarks.servers import SERVERS

    usual = [name for name, server in SERVERS.items() if server.by_default]
    shown = {"benchmarks.svg": CASES, "benchmarks-few.svg": FEW}
    return {name: chart(published().only(cases, usual)) for name, cases in shown.items()}


def combinations() -> str:
    """The versions that are known not to go together, as the doctor knows them."""
    from sanic_legacy_ws._compat.combinations import COMBINATIONS

    rows = [
        [_range(bad.sanic), _range(bad.websockets), _range(bad.python), bad.trouble, bad.cure]
        for bad in COMBINATIONS
    ]
    return markdown(["Sanic", "websockets", "Python", "trouble", "cure"], rows)


def _range(bounds: tuple[tuple[int, ...] | None, tuple[int, ...] | None]) -> str:
    """A range of versions in words."""
    first, after = (bound and ".".join(map(str, bound)) for bound in bounds)
    if first and after:
        return f"{first}, before {after}"
    if first:
        return f"{first} and later"
    return f"before {after}" if after else "any"


def differences() -> str:
    """What is meant to differ from Sanic 21.6.2, with the scenarios of the tests that show it."""
    from tests.oracle.differences import ALWAYS, BY_DEFAULT

    rows = []
    for table, when in ((BY_DEFAULT, '`"raise"`'), (ALWAYS, "always")):
        found: dict[str, list[str]] = {}
        for name, difference in table.items():
            found.setdefault(difference.reason, []).append(name)
        for reason, names in found.items():
            more = f" and {len(names) - 2} more" if len(names) > 2 else ""
            rows.append([reason, when, "; ".join(names[:2]) + more])
    return markdown(["difference", "when", "scenarios"], rows)


COMMANDS = {
    "run": "Sanic's own command line, with this package installed: all arguments are those of\n"
    "`sanic`; `sanic-legacy-ws run --help` shows those of the installed Sanic. More in\n"
    "[choosing a way in](../how-to/choose-a-way-in.md).\n",
}
"""What is said of a command whose options are not ours."""


def command_line() -> str:
    """Each command with its help, from the parsers."""
    from sanic_legacy_ws import cli, demo

    parser = cli._parser()
    found = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    text = _help(parser)
    for name, command in found.choices.items():
        text += f"\n## {name}\n\n"
        text += COMMANDS.get(name) or _help(demo._parser() if name == "demo" else command)
    return text


def _help(parser: argparse.ArgumentParser) -> str:
    """The help of a command, as it is printed, 88 columns wide."""
    parser.formatter_class = functools.partial(argparse.HelpFormatter, width=88)
    return f"```text\n{parser.format_help().rstrip()}\n```\n"


PAGES = (
    features,
    settings,
    compatibility,
    combinations,
    differences,
    benchmarks,
    command_line,
)


def readme(text: str) -> str:
    """Return the README with its tables up to date."""
    for name, table in {"features": features(), "matrix": matrix()}.items():
        pattern = rf"(<!-- {name}[^>]*-->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, t=table: found[1] + t + found[2], text, flags=re.S)
    return text


def write(folder: Path) -> None:
    """Write each table as a page to include."""
    folder.mkdir(exist_ok=True)
    for table in PAGES:
        path = folder / f"{table.__name__}.md"
        text = table()
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(readme(path.read_text()))
    for name, svg in charts().items():
        (ROOT / "docs" / "_static" / name).write_text(svg)
