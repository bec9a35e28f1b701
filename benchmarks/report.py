"""The results of a run: medians over the rounds, as a Markdown table and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Collection

from benchmarks.cases import CASES, Case
from benchmarks.measure import Sample
from benchmarks.servers import SERVERS

COLUMNS = (
    # heading, metric, factor
    ("CPU, µs per message", "cpu", 1.0),
    ("user", "user", 1.0),
    ("system", "system", 1.0),
    ("messages/s", "rate", 1.0),
    ("p50, ms", "p50", 1e-3),
    ("p99, ms", "p99", 1e-3),
)


@dataclass
class Results:
    """All samples of a run, and what else is to be known about it."""

    about: dict[str, Any] = field(default_factory=dict)
    samples: dict[tuple[str, str], list[Sample]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, server: str, case: str, sample: Sample) -> None:
        """Take one round's sample."""
        self.samples.setdefault((server, case), []).append(sample)

    def values(self, server: str, case: str, metric: str) -> list[float]:
        """A metric of all rounds, where it was measured."""
        found = (getattr(sample, metric) for sample in self.samples.get((server, case), ()))
        return [value for value in found if value is not None]

    def median(self, server: str, case: str, metric: str) -> float | None:
        """The median over the rounds; None where nothing was measured."""
        values = self.values(server, case, metric)
        return median(values) if values else None

    def headline(self, server: str, case: Case) -> float | None:
        """The one figure of a case."""
        return self.median(server, case.name, case.metric)

    def cases(self) -> list[Case]:
        """The cases that have samples, in the registry's order."""
        seen = {case for _, case in self.samples}
        return [case for name, case in CASES.items() if name in seen]

    def servers(self, case: Case | None = None) -> list[str]:
        """The servers that have samples (for `case`), in the registry's order."""
        seen = {server for server, name in self.samples if case is None or name == case.name}
        return [name for name in SERVERS if name in seen]

    def only(self, cases: Collection[str], servers: Collection[str] = tuple(SERVERS)) -> Results:
        """The same with these cases only, and these servers."""
        samples = {
            (server, case): found
            for (server, case), found in self.samples.items()
            if case in cases and server in servers
        }
        return Results(self.about, samples, self.left_out, self.failures)

    def save(self, path: Path) -> None:
        """Write all as JSON."""
        rows = [
            {"server": server, "case": case, "round": number, **asdict(sample)}
            for (server, case), samples in self.samples.items()
            for number, sample in enumerate(samples, 1)
        ]
        whole = {"about": self.about, "samples": rows}
        whole.update(left_out=self.left_out, failures=self.failures)
        path.write_text(json.dumps(whole, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what `save` wrote."""
        whole = json.loads(path.read_text())
        results = cls(whole["about"], {}, whole["left_out"], whole["failures"])
        for row in whole["samples"]:
            server, case, _ = row.pop("server"), row.pop("case"), row.pop("round")
            results.add(server, case, Sample(**row))
        return results


def number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _overview(results: Results) -> list[str]:
    cases = results.cases()
    lines = ["| server | " + " | ".join(case.name for case in cases) + " |"]
    lines.append("|---|" + "---:|" * len(cases))
    for server in results.servers():
        figures = (number(results.headline(server, case)) for case in cases)
        lines.append(f"| {SERVERS[server].title} | " + " | ".join(figures) + " |")
    return lines


def _load_table(results: Results, case: Case) -> list[str]:
    headings = [heading for heading, _, _ in COLUMNS]
    lines = ["| server | " + " | ".join([*headings, "CPU min to max"]) + " |"]
    lines.append("|---|" + "---:|" * (len(headings) + 1))
    for server in results.servers(case):
        cells = [SERVERS[server].title]
        for _, metric, factor in COLUMNS:
            value = results.median(server, case.name, metric)
            cells.append(number(None if value is None else value * factor))
        cells.append(_spread(results.values(server, case.name, "cpu")))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _memory_table(results: Results, case: Case) -> list[str]:
    lines = ["| server | RSS KiB per connection | min to max |", "|---|---:|---:|"]
    for server in results.servers(case):
        value = number(results.median(server, case.name, "memory"))
        spread = _spread(results.values(server, case.name, "memory"))
        lines.append(f"| {SERVERS[server].title} | {value} | {spread} |")
    return lines


def _crowd_table(results: Results, case: Case) -> list[str]:
    lines = ["| server | CPU, µs per connection | RSS KiB | seconds to stop | close code |"]
    lines.append("|---|" + "---:|" * 4)
    for server in results.servers(case):
        metrics = ("cpu", "memory", "stop")
        cells = [number(results.median(server, case.name, metric)) for metric in metrics]
        codes = {str(code) for code in results.values(server, case.name, "code")}
        lines.append(f"| {SERVERS[server].title} | {' | '.join(cells)} | {', '.join(codes)} |")
    return lines


def _spread(values: list[float]) -> str:
    return f"{number(min(values))} to {number(max(values))}" if values else ""


def table(results: Results) -> str:
    """Markdown: an overview of the headline figures, then each case."""
    lines = [
        "Server CPU in µs per message; `memory`: resident memory in KiB per connection; `crowd`: "
        "CPU in µs per connection; `neighbour`: 99th percentile of an HTTP request, in µs:",
        "",
    ]
    lines += _overview(results)
    for case in results.cases():
        make = {"memory": _memory_table, "crowd": _crowd_table}.get(case.mode, _load_table)
        lines += ["", f"### {case.title}", "", *make(results, case)]
    if results.left_out:
        lines += ["", "Left out:", ""]
        lines += [f"- {name}: {why}" for name, why in results.left_out.items()]
    if results.failures:
        lines += ["", "Failed:", "", *_failures(results.failures)]
    return "\n".join(lines) + "\n"


def _failures(failures: list[str]) -> list[str]:
    """A line for each case and error, with the servers that failed by it in any round."""
    servers: dict[tuple[str, str], list[str]] = {}
    for failure in failures:
        what, _, error = failure.partition(": ")
        name, case, _ = what.split(", ")
        failed = servers.setdefault((case, error), [])
        if SERVERS[name].title not in failed:
            failed.append(SERVERS[name].title)
    return [f"- `{case}`, {', '.join(who)}: {error}" for (case, error), who in servers.items()]
