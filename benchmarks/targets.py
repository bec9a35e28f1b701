"""What this package sets out to reach, as ratios within one run, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.cases import CASES
from benchmarks.report import Results, number
from benchmarks.servers import GUESTS, SERVERS

PEERS = tuple(server.name for server in SERVERS.values() if server.peer)
FRAMEWORKS = ("builtin", "sanic-21.6", "uvicorn-sansio", "uvicorn-wsproto", "aiohttp", "granian")
"""The peers that serve HTTP routes beside WebSockets, as Sanic does."""
PINGS_PER_SECOND = 30_000 / 20  # 30,000 connections, one ping each 20 s
KEEPALIVE_SHARE = 0.03 * 1e6  # microseconds a second

METRICS = {
    "cpu": "CPU",
    "user": "user CPU",
    "memory": "KiB per connection",
    "p99": "p99",
    "tail": "p99 / p50",
    "pace": "time between messages",
    "stop": "seconds to stop",
}


@dataclass(frozen=True)
class Target:
    """`server` in `case` is at most `most` times `of`'s in `base_case`; no `of`: at most `most`."""

    case: str
    most: float
    of: str = ""
    metric: str = "cpu"
    base_case: str = ""
    server: str = "ours"

    def __str__(self) -> str:
        title = SERVERS[self.server].title.replace(", a guest", " as a guest")
        who = "" if self.server == "ours" else f" of {title}"
        case = f" in {self.base_case}" if self.base_case else ""
        bound = (
            f"{self.most:.3g} x {SERVERS[self.of].title}{case}" if self.of else f"{self.most:.3g}"
        )
        return f"{self.case}: {METRICS[self.metric]}{who} at most {bound}"


TARGETS = (
    Target("connections-1000", 0.15, "builtin"),
    Target("connections-1000", 0.75, "aiohttp"),
    Target("connections-1000", 1.9, "raw"),
    Target("connections-1000", 2.0, metric="tail"),
    Target("connections-1000", 1.45, "ours", base_case="connections-100"),
    Target("connections-100", 1.6, "raw"),
    Target("ping-pong", 0.7, "aiohttp", "user"),
    Target("ping-pong", 0.25, "builtin", "user"),
    Target("fragments", 1.0, "aiohttp"),
    Target("fragments", 0.12, "builtin"),
    Target("churn", 0.4, "builtin"),
    Target("churn", 1.25, "aiohttp"),
    Target("32B", 0.3, "picows-core"),
    Target("1KiB", 0.42, "picows-core"),
    Target("64KiB", 1.1, "raw"),
    Target("1MiB", 1.3, "raw"),
    Target("broadcast-256", 1.1, "raw"),
    Target("broadcast", 1.1, "raw"),
    Target("memory", 10, metric="memory"),
    *(Target("memory", 1.0, peer, "memory") for peer in PEERS if peer != "socketify"),
    Target("neighbour", 2.0, "ours-asyncio", "p99"),
    Target("neighbour", 1.1, "ours-asyncio", "pace"),
    Target("keepalive", KEEPALIVE_SHARE / PINGS_PER_SECOND),
    Target("crowd", 200),
    Target("crowd", 11, metric="memory"),
    Target("crowd", 2, metric="stop"),
    Target("ping-pong", 1.15, "uvicorn-sansio", server="ours-asgi"),
    Target("32B", 1.15, "uvicorn-sansio", server="ours-asgi"),
    Target("connections-100", 1.15, "uvicorn-sansio", server="ours-asgi"),
    Target("deflate", 0.6, "aiohttp"),
    Target("32B", 1.1, "picows-core", server="guest-picows"),
    Target("64KiB", 1.1, "picows-core", server="guest-picows"),
    Target("connections-100", 1.1, "picows-core", server="guest-picows"),
    Target("32B", 1.1, "ours-without-report"),
    Target("churn", 1.1, "ours-without-report"),
)


def figure(results: Results, server: str, case: str, metric: str) -> float | None:
    """The median of a metric, or of what is made of others."""
    if metric == "pace":
        rate = results.median(server, case, "rate")
        return 1e6 / rate if rate else None
    if metric == "tail":
        p50, p99 = (results.median(server, case, name) for name in ("p50", "p99"))
        return p99 / p50 if p50 and p99 else None
    return results.median(server, case, metric)


def measured(target: Target, results: Results) -> float | None:
    """The figure or ratio that `target` bounds; None where it was not measured."""
    ours = figure(results, target.server, target.case, target.metric)
    if ours is None or not target.of:
        return ours
    base = figure(results, target.of, target.base_case or target.case, target.metric)
    return ours / base if base else None


def verdicts(results: Results) -> str:
    """One line a target: what is asked, what was measured, met or not."""
    lines = ["| target | measured | |", "|---|---:|---|"]
    for target in TARGETS:
        found = measured(target, results)
        if found is None:
            lines.append(f"| {target} | | not measured |")
        else:
            met = "met" if found <= target.most else "NOT MET"
            lines.append(f"| {target} | {found:.3g} | {met} |")
    return "\n".join(lines) + "\n"


def nearest(results: Results) -> str:
    """In each case the framework with HTTP that comes nearest, and the ratio to its figure."""
    lines = [
        "| case | nearest framework | its figure | this package | ratio |",
        "|---|---|---:|---:|---:|",
    ]
    for case in results.cases():
        ours = results.headline("ours", case)
        found = {name: results.headline(name, case) for name in FRAMEWORKS}
        figures = {name: value for name, value in found.items() if value}
        if ours is None or not figures:
            continue
        best = min(figures, key=figures.__getitem__)
        cells = (SERVERS[best].title, number(figures[best]), number(ours))
        lines.append(f"| {case.name} | {' | '.join(cells)} | {ours / figures[best]:.2f} |")
    return "\n".join(lines) + "\n"


def guests(results: Results) -> str:
    """What another framework costs behind Sanic's port, as a ratio to its own server."""
    cases = [
        name for name in CASES if any(results.values(f"guest-{g[0]}", name, "cpu") for g in GUESTS)
    ]
    if not cases:
        return ""
    lines = [f"| guest | beside | {' | '.join(cases)} |", "|---|---|" + "---:|" * len(cases)]
    for name, title, _, own in GUESTS:
        ratios = (measured(Target(c, 0, own, server=f"guest-{name}"), results) for c in cases)
        cells = ("" if ratio is None else f"{ratio:.2f}" for ratio in ratios)
        lines.append(f"| {title} | {SERVERS[own].title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
