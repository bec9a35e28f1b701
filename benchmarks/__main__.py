"""The command: measure servers side by side, and write results.md, results.json, results.svg."""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import cases as registry
from benchmarks.cases import Case
from benchmarks.chart import chart
from benchmarks.environments import OWN, UnavailableError, resolve
from benchmarks.measure import FAILURES, Cores, measure
from benchmarks.report import Results, number, table
from benchmarks.servers import SERVERS
from benchmarks.targets import guests, nearest, verdicts

HERE = Path(__file__).resolve().parent
USUAL = [name for name, server in SERVERS.items() if server.by_default]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names: dict[str, Any] = {"type": lambda text: text.split(","), "metavar": "NAME,NAME"}
    made.add_argument("--servers", help="which servers (the usual ones)", **names)
    made.add_argument("--cases", help="which cases or groups (all that a server has)", **names)
    made.add_argument("--rounds", type=int, help="rounds over all servers (3)")
    made.add_argument("--seconds", type=float, help="length of a measurement (3; 12 at most)")
    made.add_argument("--quick", action="store_true", help="1 round of 0.5 s: only shows it works")
    made.add_argument("--output", type=Path, default=HERE / "results", metavar="DIR")
    made.add_argument("--from", dest="source", type=Path, metavar="JSON", help="measure nothing")
    made.add_argument("--targets", action="store_true", help="say which targets are met")
    made.add_argument("--list", action="store_true", help="list servers and cases")
    for name in OWN:
        help_ = f"the Python that runs {name}, or that makes its environment"
        made.add_argument(f"--python-{name}", metavar="PYTHON", help=help_)
    return made


def listing() -> str:
    """What can be asked for."""
    lines = ["servers:", *(f"  {name:18} {server.title}" for name, server in SERVERS.items())]
    lines += ["cases:", *(f"  {name:18} {case.title}" for name, case in registry.CASES.items())]
    lines += ["groups:", *(f"  {name:18} {', '.join(g)}" for name, g in registry.GROUPS.items())]
    return "\n".join(lines)


def about(options: argparse.Namespace, cores: Cores) -> dict[str, object]:
    """What a reader must know about the machine and the run."""
    info = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in info.split("\n") if "model name" in line]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "processor": models[0] if models else platform.machine(),
        "cores": f"server on {cores.server}, client on {cores.client}",
        "rounds": options.rounds,
        "seconds": options.seconds,
        "versions": {},
    }


class Run:
    """All servers through all cases, interleaved: the servers of one case follow each other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.cores = Cores.of_this_machine()
        self.results = Results(about(options, self.cores))
        self.pythons: dict[str, str] = {}
        self.done = 0

    def resolve(self) -> None:
        """Find what runs each server; note which cannot run."""
        given = {name: getattr(self.options, f"python_{name}".replace("-", "_")) for name in OWN}
        for name in self.options.servers or USUAL:
            try:
                python, versions = resolve(SERVERS[name], given)
            except UnavailableError as why:
                self.results.left_out[name] = str(why)
                self.say(f"{name} is left out: {why}")
                continue
            self.pythons[name] = python
            self.results.about["versions"][name] = versions

    def say(self, text: str, end: str = "\n") -> None:
        """Show progress."""
        print(text, end=end, file=sys.stderr, flush=True)

    def run(self, cases: list[Case]) -> None:
        """Measure every pair of the plan in each round, the servers in another order each time."""
        plan = [
            (round_, case, name)
            for round_ in range(1, self.options.rounds + 1)
            for case in cases
            if not case.rounds or round_ <= case.rounds
            for name in random.Random(round_).sample(list(self.pythons), len(self.pythons))
            if self.measures(case, name)
        ]
        self.total = len(plan)
        for step in plan:
            self.one(*step)

    def measures(self, case: Case, name: str) -> bool:
        """Whether the server can serve the case, and is measured in it or was asked for by name."""
        server = SERVERS[name]
        if case.mode in server.lacks:
            return False
        if not self.options.cases and server.cases and case.name not in server.cases:
            return False
        return bool(self.options.servers or not case.servers or name in case.servers)

    def one(self, round_: int, case: Case, name: str) -> None:
        """One measurement, told on one line."""
        self.done += 1
        label = f"[{self.done}/{self.total}] round {round_}: {case.title}: {SERVERS[name].title}"
        python, seconds = self.pythons[name], self.options.seconds
        self.say(f"{label}: ", end="")
        try:
            sample = measure(python, name, case, seconds, self.cores.server)
        except FAILURES as error:
            self.results.failures.append(f"{name}, {case.name}, round {round_}: {error}")
            self.say(f"FAILED: {error}")
            return
        self.results.add(name, case.name, sample)
        self.say(f"{number(getattr(sample, case.metric))} ({case.unit})")


def write(results: Results, folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(table(results))
    (folder / "results.svg").write_text(chart(results))
    results.save(folder / "results.json")


def check(options: argparse.Namespace, made: argparse.ArgumentParser) -> list[Case]:
    """Fill in the defaults; end with a message on what does not exist."""
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = min(options.seconds or (0.5 if options.quick else 3.0), 12.0)
    strangers = set(options.servers or ()) - set(SERVERS)
    if strangers:
        made.error(f"no such server: {', '.join(sorted(strangers))} (see --list)")
    try:
        cases = registry.choose(options.cases or ["all"])
    except KeyError as error:
        made.error(f"no such case: {error.args[0]} (see --list)")
    return [case.quick() for case in cases] if options.quick else cases


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 if a measurement failed."""
    made = parser()
    options = made.parse_args(arguments)
    if options.list:
        print(listing())
        return 0
    cases = check(options, made)
    if options.source:
        results = Results.load(options.source)
    else:
        run = Run(options)
        run.resolve()
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        os.sched_setaffinity(0, {run.cores.client})
        run.run(cases)
        results = run.results
    write(results, options.output)
    print(table(results))
    if options.targets:
        print(verdicts(results), nearest(results), guests(results), sep="\n")
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
