"""Where a server's CPU time goes: `python -m benchmarks.profile --cases churn,broadcast`.

The kernel's share is what the kernel's own accounts say, the garbage collector's is measured in the
server. The rest is divided by samples of the server's stack, native frames included, which py-spy
takes while the case runs: a sample counts for the owner of the innermost Python frame that has one,
so that the C code that a package calls is the package's. Samples in a system call are left out,
since a server that waits for its client is in one, too; so are those in the collector.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Iterable

from benchmarks import cases as registry
from benchmarks.cases import Case
from benchmarks.client import ClientError
from benchmarks.drivers import MODES, Driver
from benchmarks.measure import Cores, ServerProcess
from benchmarks.servers import SERVERS
from benchmarks.servers.collector import SECONDS, VARIABLE, spent

RATE = 200  # samples a second
SYSTEM_CALLS = re.compile(
    r"(__)?(libc_)?(read|write|readv|writev|recv|send|recvmsg|sendmsg|epoll_pwait|epoll_wait"
    r"|epoll_ctl|accept4?|close|shutdown|setsockopt|getsockname|getpeername|syscall)\w* \(\S*libc\b"
)
OWNERS = {
    # part of the path of a Python file, who that is; the first that fits
    "/sanic_legacy_ws/": "this package",
    "/benchmarks/servers/": "handler",
    "/sanic/server/runners.py": "event loop",  # what waits in `run_forever`
    "/sanic/": "Sanic",
    "/sanic_routing/": "Sanic",
}
MEASURED = ("kernel", "collector")
SAMPLED = ("event loop", "Sanic", "this package", "handler")
COLUMNS = (*MEASURED, *SAMPLED)


@dataclass
class Profile:
    """The samples of one case: how many each owner has, and each function of this package.

    measured: the shares of the CPU time that are known without samples, the kernel's and the
    collector's.
    """

    measured: dict[str, float] = field(default_factory=dict)
    owners: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)

    def add(self, frames: list[str], count: int) -> None:
        """Take ``count`` samples with this stack, outermost frame first."""
        kind, function = owner(frames)
        if kind in MEASURED:
            return
        self.owners[kind] += count
        if kind == "this package":
            self.functions[function] += count

    def share(self, count: int) -> str:
        """Of all CPU time, in percent."""
        sampled = 1 - sum(self.measured.values())
        return percent(sampled * count / max(1, sum(self.owners.values())))

    def row(self, case: Case) -> str:
        """A line of the table."""
        cells = [percent(self.measured.get(name, 0)) for name in MEASURED]
        cells += [self.share(self.owners[name]) for name in SAMPLED]
        most = self.functions.most_common(2)
        top = ", ".join(f"`{name.rpartition('.')[2]}` {self.share(count)}" for name, count in most)
        return f"| `{case.name}` | {' | '.join(cells)} | {top} |"


def percent(share: float) -> str:
    """A share as one reads it; empty where it rounds to nothing."""
    return f"{100 * share:.0f}%" if share >= 0.005 else ""


def owner(frames: list[str]) -> tuple[str, str]:
    """Who a sample counts for, and the name of the Python function."""
    if SYSTEM_CALLS.match(frames[-1]):
        return "kernel", ""
    if any(frame.startswith("gc_collect_main") for frame in frames):
        return "collector", ""
    for frame in reversed(frames):
        for part, name in OWNERS.items():
            if part in frame:
                return name, frame.partition(" ")[0]
        if frame.endswith(")") and frame.partition(" (")[2][:-1] == frame.partition(" (")[0]:
            return "Sanic", ""  # code that Sanic has compiled anew, named after itself
    return "other", ""


def read(lines: Iterable[str]) -> Profile:
    """py-spy's raw format: frames joined by ``;``, and a count."""
    profile = Profile()
    for line in lines:
        stack, _, count = line.rstrip("\n").rpartition(" ")
        profile.add([re.sub(r":\d+\)$", ")", frame) for frame in stack.split(";")], int(count))
    return profile


def profiled(name: str, case: Case, seconds: float, cores: Cores) -> Profile:
    """Profile the server ``name`` for ``seconds`` under the load of ``case``."""
    with tempfile.TemporaryDirectory() as folder:
        output, collector = Path(folder, "raw"), Path(folder, "collector")
        collector.write_bytes(bytes(SECONDS.size))
        os.environ[VARIABLE] = str(collector)
        with ServerProcess(sys.executable, name, case, cores.server) as server:
            driver = MODES[case.mode](case, server.port)
            try:
                driver.connect()
                driver.start()
                driver.run(perf_counter() + max(0.5, case.ping_interval or 0))
                before = (*server.cpu(), spent(collector))
                sample(server.process.pid, seconds, output, driver)
                after = (*server.cpu(), spent(collector))
            finally:
                driver.close()
        profile = read(output.read_text().splitlines())
    total, user, system, collected = (now - then for now, then in zip(after, before))
    profile.measured = {"kernel": system / (user + system), "collector": collected / total}
    return profile


def sample(pid: int, seconds: float, output: Path, driver: Driver) -> None:
    """Have py-spy sample a process for ``seconds`` while the load goes on."""
    spy = shutil.which("py-spy", path=sysconfig.get_path("scripts")) or "py-spy"
    command = [spy, "record", "--pid", str(pid), "--native", "--full-filenames", "--format", "raw"]
    command += ["--rate", str(RATE), "--duration", str(max(1, round(seconds)))]
    command += ["--output", str(output)]
    spying = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while spying.poll() is None:
        driver.run(perf_counter() + 0.1)
    assert spying.stdout is not None
    said = spying.stdout.read()
    if spying.returncode:
        raise ClientError(f"py-spy: {said}")


def main(arguments: list[str] | None = None) -> int:
    """Profile one server in some cases, and print a table."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    made.add_argument("--server", default="ours", choices=SERVERS)
    made.add_argument("--cases", default="all", help="which cases or groups, joined by commas")
    made.add_argument("--seconds", type=float, default=5.0, help="length of a profile (5)")
    options = made.parse_args(arguments)
    chosen = [case for case in registry.choose(options.cases.split(",")) if case.mode != "memory"]
    cores = Cores.of_this_machine()
    os.sched_setaffinity(0, {cores.client})
    print(f"| case | {' | '.join(COLUMNS)} | most of this package |")
    print("|---" * (len(COLUMNS) + 2) + "|")
    for case in chosen:
        print(profiled(options.server, case, options.seconds, cores).row(case), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
