"""The tables of the README and of the pages, from the code and from the published benchmark run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Callable, Iterable, NamedTuple, Sequence

ROOT = Path(__file__).resolve().parent.parent

FEATURES = [
    # what happens, Sanic 21.6's object, Sanic 25.12's own object, this package
    ("`recv()` waits and the peer closes", "`CancelledError`", "`CancelledError`",
     "as before; with one setting, `ConnectionClosedOK` or `ConnectionClosedError`, with code and "
     "reason"),
    ("`wait_for(ws.recv(), 1)` times out", "no message lost", "`ServerError`, connection lost",
     "no message lost"),
    ("handler busy, 1 message unread, keepalive on", "kept", "closed with 1011", "kept"),
    ("messages unread when the peer closes", "lost", "lost", "read first"),
    ("first frame in the same TCP segment as the upgrade", "lost", "lost", "delivered"),
    ("`open`, `closed`, `state`, `remote_address`, `wait_closed()`", "yes", "`AttributeError`",
     "yes"),
    ("`ws.send([a, b])`, fragments", "yes", "`NotImplementedError`", "yes"),
    ("client offers subprotocols a, b; the route has b, a", "a", "b", "a"),
    ("route has subprotocols, the client offers none", "accepted", "400", "accepted"),
    ("`WEBSOCKET_MAX_QUEUE`, `_READ_LIMIT`, `_WRITE_LIMIT`", "work", "no effect", "work"),
    ("peer that does not read, handler in a `send()` loop", "250 MB buffered", "waits", "waits"),
    ("invalid UTF-8 from the peer", "1007", "connection hangs", "1007"),
    ("`recv()` in a separate task, TCP reset", "raises", "never returns", "raises"),
    ("permessage-deflate", "no", "no", "one setting"),
    ("handler raises: close code", "1000", "1000", "1011"),
    ("SIGTERM with open connections: close code", "1000", "1000", "1001"),
]  # fmt: skip

SIZE = "a whole number above 0 (also as `1e7`)"
NUMBER = "the same numbers"
NO_NONE = "the same numbers; None is not possible there"
OFF = "the same numbers; `0` for None"
FUNCTION = "not possible: it is a function"


class Setting(NamedTuple):
    """What the reference says of a setting, besides its default."""

    unit: str
    what: str
    allowed: str
    environment: str
    more: str = ""


SETTINGS = {
    "max_size": Setting(
        "bytes",
        "The longest message, after decompression. A longer one fails the connection with 1009.",
        f"{SIZE}, or None for no limit",
        NO_NONE,
    ),
    "max_queue": Setting(
        "messages",
        "How many messages may be unread. With more, the server stops reading from the connection.",
        f"{SIZE}, or None or `0` for no limit",
        OFF,
    ),
    "read_limit": Setting(
        "bytes",
        "How many bytes may be buffered behind a full queue, before reading stops.",
        SIZE,
        NUMBER,
    ),
    "write_limit": Setting(
        "bytes",
        "How many bytes may be buffered for a peer that does not read, before `send()` waits.",
        SIZE,
        NUMBER,
    ),
    "ping_interval": Setting(
        "seconds",
        "The time from one keepalive ping to the next.",
        "a number above 0, or None or `0` for no pings",
        OFF,
    ),
    "ping_timeout": Setting(
        "seconds",
        "How long a pong may take, before the connection fails with 1011.",
        "a number above 0, or None or `0` for any time",
        OFF,
    ),
    "timeout": Setting(
        "seconds",
        "How long the peer may take to answer a close frame. Also how long a handler may run after "
        "its connection.",
        "a number above 0",
        NUMBER,
    ),
    "on_disconnect": Setting(
        "",
        "What happens to a handler whose connection is gone. With `cancel`, it is cancelled, as in "
        "every Sanic, after it has read what had arrived. With `raise`, a call that waits on the "
        "connection raises ConnectionClosed.",
        '`"raise"` or `"cancel"`',
        "`raise` or `cancel`",
        "[handle disconnects](../how-to/handle-disconnects.md)",
    ),
    "origins": Setting(
        "",
        "Which pages may connect: a list of origins. Others get 403.",
        "None for everybody, or a list of strings and patterns (`re.compile`), with None in it for "
        "clients that send no origin",
        "not possible: it is a list",
        "[check who connects](../how-to/check-before-the-upgrade.md)",
    ),
    "compression": Setting(
        "",
        "How messages are compressed, if the client supports permessage-deflate.",
        'None, `"deflate"`, [DeflateParameters](api.md#deflateparameters), or a function that '
        "returns one of these for a request",
        "`deflate`",
        "[compress messages](../how-to/compress-messages.md)",
    ),
    "send_timeout": Setting(
        "seconds",
        "How long a peer that does not read may keep `send()` waiting, before the connection is "
        "dropped.",
        "a number above 0, or None for any time",
        NO_NONE,
    ),
    "before_upgrade": Setting(
        "",
        "A function that is called with the request before the upgrade. It returns headers for the "
        "response, or raises.",
        "None, or a function, with `async` or without",
        FUNCTION,
        "[check who connects](../how-to/check-before-the-upgrade.md)",
    ),
    "select_subprotocol": Setting(
        "",
        "A function that is called with the request, the client's subprotocols and the route's. It "
        "returns the one to use, or None.",
        "None, or a function, with `async` or without",
        FUNCTION,
        "[choose the subprotocol](#choose-the-subprotocol)",
    ),
}


def oracle() -> str:
    """How much is compared with Sanic 21.6.2."""
    import json

    recorded = json.loads((ROOT / "tests" / "oracle" / "recorded.json").read_text())
    return f"{len(recorded)} scenarios were recorded."


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def features() -> str:
    """What differs from Sanic's objects."""
    return markdown(["", "Sanic 21.6", "Sanic 25.12's own", "this package"], FEATURES)


def settings() -> str:
    """The settings with their defaults, from the code: a table, then each on its own."""
    from sanic_legacy_ws.binding.settings import Settings

    rows, parts = [], []
    for name, default in Settings._field_defaults.items():
        setting = SETTINGS[name]
        key = f"WEBSOCKET_{name.upper()}"
        value = f"`{default!r}`" + (f" {setting.unit}" if default is not None else "").rstrip()
        rows.append([f"[{key}](#{key.lower()})", value, setting.what])
        more = f" More: {setting.more}." if setting.more else ""
        parts.append(
            f"### {key}\n\n{setting.what}{more}\n\n"
            f"- default: {value}\n"
            f"- may be: {setting.allowed}\n"
            f"- in the environment, as `SANIC_{key}`: {setting.environment}\n"
        )
    return "\n".join([markdown(["setting", "default", "what it is"], rows), *parts])


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


def benchmark_about() -> str:
    """When and where the published run was made."""
    return (
        "Measured on {date} on {processor}, kernel {kernel}, {cores}: {rounds} rounds of "
        "{seconds} seconds."
    ).format(**published().about)


def benchmark_versions() -> str:
    """What ran in the published run."""
    from benchmarks.servers import SERVERS

    rows = (
        [SERVERS[name].title, ", ".join(f"{what} {version}" for what, version in of.items())]
        for name, of in published().about["versions"].items()
    )
    return markdown(["server", "versions"], rows)


def benchmark_targets() -> str:
    """What was asked of the published run, and what came out."""
    from benchmarks.targets import verdicts

    return verdicts(published())


def benchmark_nearest() -> str:
    """How it stands beside the frameworks that serve HTTP as well."""
    from benchmarks.targets import nearest

    return nearest(published())


def benchmark_guests() -> str:
    """What a framework costs as a guest, beside its own server."""
    from benchmarks.targets import guests

    return guests(published()) or "None was measured in this run."


def benchmark_figures() -> str:
    """All tables of the published run."""
    from benchmarks.report import table

    return table(published())


def benchmark_profile() -> str:
    """Who has the server's CPU time."""
    return (ROOT / "benchmarks" / "published-profile.md").read_text(encoding="utf-8")


def published() -> Any:
    """Return the benchmark run whose figures the documentation shows."""
    from benchmarks.report import Results

    return Results.load(ROOT / "benchmarks" / "published.json")


def charts() -> dict[str, str]:
    """A chart for each case of the published run, by file name."""
    from benchmarks.chart import chart
    from benchmarks.servers import SERVERS

    usual = [name for name, server in SERVERS.items() if server.by_default]
    run = published()
    return {f"{case.name}.svg": chart(run.only([case.name], usual), 1) for case in run.cases()}


def chart_title(case: str) -> str:
    """What the chart of this case shows, for those who do not see it."""
    from benchmarks.cases import CASES

    return f"{CASES[case].title}: {CASES[case].unit}, for each server"


def combinations() -> str:
    """The versions that are known not to work together, as the doctor knows them."""
    from sanic_legacy_ws._compat.combinations import COMBINATIONS

    rows = [
        [*map(_range, (bad.sanic, bad.websockets, bad.python)), bad.trouble, _as_code(bad.cure)]
        for bad in COMBINATIONS
    ]
    return markdown(["Sanic", "websockets", "Python", "problem", "solution"], rows)


def _as_code(cure: str) -> str:
    """A cure with its command as code."""
    before, command, what = cure.partition("pip install ")
    return f"{before}`{command}{what}`" if command else cure


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
    from tests.oracle.differences import ALWAYS, BY_DEFAULT, WITH_RAISE

    rows = []
    for table, when in (
        (ALWAYS, "always"),
        (BY_DEFAULT, '`"cancel"`, the default'),
        (WITH_RAISE, '`"raise"`'),
    ):
        found: dict[str, list[str]] = {}
        for name, difference in table.items():
            found.setdefault(difference.reason, []).append(name)
        for reason, names in found.items():
            more = f" and {len(names) - 2} more" if len(names) > 2 else ""
            rows.append([reason, when, "; ".join(names[:2]) + more])
    return markdown(["difference", "when", "scenarios"], rows)


RUN = """\
Sanic's own command line, with this package in place. It takes the arguments of `sanic`;
`sanic-legacy-ws run --help` lists those of the installed Sanic. One argument is new:
`--protocol module:Class` names the protocol class that serves the WebSockets, such as
`sanic_legacy_ws.guests.wsproto:WsprotoProtocol`. The environment variable
`SANIC_LEGACY_WS_PROTOCOL` does the same. More: [choose a way in](../how-to/choose-a-way-in.md).
"""


def command_line() -> str:
    """Each command with its arguments, from the parsers."""
    from sanic_legacy_ws import cli, demo, doctor

    actions = cli._parser()._actions
    found = next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices
    found = {**found, "demo": demo._parser(), "doctor": doctor._parser()}
    parts = [f"## {name}\n\n{_command(parser)}" for name, parser in found.items() if name != "run"]
    return "\n".join([f"## run\n\n{RUN}", *parts])


def _command(parser: argparse.ArgumentParser) -> str:
    """What a command does, how it is called, and its options."""
    options = [action for action in parser._actions if action.option_strings]
    words = [_word(action) for action in parser._actions if not action.option_strings]
    call = " ".join([parser.prog, "[options]", *words])
    rows = [[f"`{_option(action)}`", (action.help or "") % vars(action)] for action in options]
    return f"{parser.description}\n\n```text\n{call}\n```\n\n{markdown(['option', ''], rows)}"


def _word(action: argparse.Action) -> str:
    """A positional argument, as a usage line has it."""
    name = str(action.metavar or action.dest)
    return f"[{name} ...]" if action.nargs == "*" else name


def _option(action: argparse.Action) -> str:
    """An option with what it takes."""
    takes = ""
    if action.choices:
        takes = " " + ",".join(map(str, action.choices))
    elif action.nargs != 0:
        takes = " " + str(action.metavar or action.dest.upper())
    return ", ".join(action.option_strings) + takes


def claims() -> str:
    """What every guest keeps, and which one cannot keep what."""
    from tests.guests.claims import CLAIMS, EXCEPTIONS, KEPT_SINCE

    since = {
        case: f"only since websockets {'.'.join(map(str, release))}"
        for case, release in KEPT_SINCE.items()
    }
    rows = []
    for name, text in CLAIMS.items():
        but = {**EXCEPTIONS, **since}.items()
        differs = [f"`{g}`: {why}." for (g, claim), why in but if claim == name]
        rows.append([text, " ".join(differs)])
    return markdown(["what holds for every guest", "except"], rows)


PARTS: dict[str, Callable[[], str]] = {
    "features": features,
    "matrix": matrix,
    "settings": settings,
    "compatibility": compatibility,
    "combinations": combinations,
    "claims": claims,
    "differences": differences,
    "oracle": oracle,
    "benchmark-about": benchmark_about,
    "benchmark-versions": benchmark_versions,
    "benchmark-targets": benchmark_targets,
    "benchmark-nearest": benchmark_nearest,
    "benchmark-guests": benchmark_guests,
    "benchmark-figures": benchmark_figures,
    "benchmark-profile": benchmark_profile,
    "commands": command_line,
}
"""The tables, by the names that pages call them by."""
