"""What this package sets out to reach, as ratios within one run, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.report import Results
from benchmarks.servers import SERVERS

PEERS = tuple(server.name for server in SERVERS.values() if server.peer)
PINGS_PER_SECOND = 30_000 / 20  # 30,000 connections, one ping each 20 s
KEEPALIVE_SHARE = 0.02 * 1e6  # microseconds a second


@dataclass(frozen=True)
class Target:
    """Ours in `case` is at most `most` times `of`'s in `base_case`; no `of`: at most `most`."""

    case: str
    most: float
    of: str = ""
    metric: str = "cpu"
    base_case: str = ""

    def __str__(self) -> str:
        metric = {"cpu": "CPU", "user": "user CPU", "memory": "KiB per connection"}[self.metric]
        case = f" in {self.base_case}" if self.base_case else ""
        bound = f"{self.most:.3g} x {self.of}{case}" if self.of else f"{self.most:.3g}"
        return f"{self.case}: {metric} at most {bound}"


TARGETS = (
    Target("32B", 1 / 30, "builtin"),
    Target("32B", 0.4, "picows-core"),
    Target("1KiB", 1 / 20, "builtin"),
    Target("1KiB", 0.6, "picows-core"),
    Target("64KiB", 0.5, "builtin"),
    Target("64KiB", 1.2, "picows-core"),
    Target("1MiB", 0.8, "builtin"),
    Target("1MiB", 1.4, "raw"),
    Target("ping-pong", 0.35, "builtin", "user"),
    Target("ping-pong", 1.0, "aiohttp", "user"),
    Target("fragments", 0.12, "builtin"),
    Target("fragments", 1.2, "aiohttp"),
    Target("broadcast", 1.1, "raw"),
    Target("send-loop", 0.65, "builtin"),
    Target("churn", 0.4, "builtin"),
    Target("memory", 13, metric="memory"),
    Target("memory", 0.5, "builtin", "memory"),
    *(Target("memory", 1.0, peer, "memory") for peer in PEERS if peer != "builtin"),
    Target("connections-1000", 0.15, "builtin"),
    Target("connections-1000", 1.8, "ours", base_case="connections-100"),
    Target("32B", 1.1, "ours-without-report"),
    Target("churn", 1.1, "ours-without-report"),
    Target("keepalive", KEEPALIVE_SHARE / PINGS_PER_SECOND),
)


def measured(target: Target, results: Results) -> float | None:
    """The figure or ratio that `target` bounds; None where it was not measured."""
    ours = results.median("ours", target.case, target.metric)
    if ours is None or not target.of:
        return ours
    base = results.median(target.of, target.base_case or target.case, target.metric)
    return ours / base if base else None


def verdicts(results: Results) -> str:
    """One line a target: what is asked, what was measured, met or not."""
    lines = ["| target | measured | |", "|---|---:|---|"]
    for target in TARGETS:
        figure = measured(target, results)
        if figure is None:
            lines.append(f"| {target} | | not measured |")
        else:
            met = "met" if figure <= target.most else "NOT MET"
            lines.append(f"| {target} | {figure:.3g} | {met} |")
    return "\n".join(lines) + "\n"
