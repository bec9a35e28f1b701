"""Run one server for one case on one core, until killed."""

from __future__ import annotations

import os
import resource
import sys
from importlib import import_module

from benchmarks.cases import CASES
from benchmarks.servers import SERVERS
from benchmarks.servers.collector import VARIABLE, account


def main(name: str, case: str, port: str, core: str) -> None:
    """Pin this process, allow it all file descriptors it may have, and serve."""
    os.sched_setaffinity(0, {int(core)})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if VARIABLE in os.environ:
        account(os.environ[VARIABLE])
    server = SERVERS[name]
    module = import_module(f"benchmarks.servers.{server.module}")
    getattr(module, server.function)(CASES[case], int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
