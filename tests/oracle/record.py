"""Record what Sanic 21.6.2 with websockets 9.1 does: `python -m tests.oracle.record`.

Needs Python 3.9 with sanic==21.6.2 and websockets==9.1. Every scenario is played
twice; one with two outcomes is an error, and nothing is written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support import Server, running, sanic_version, websockets_version

from .scenarios import APP, KEEPALIVE, QUIET, SCENARIOS, STOPPING, stopping

RECORDED = Path(__file__).parent / "recorded.json"
ORACLE = ((21, 6, 2), (9, 1), (3, 9))


def play_all() -> dict[str, dict[str, list[str]]]:
    """The outcome of every scenario on Sanic's own protocol."""
    outcomes: dict[str, dict[str, list[str]]] = {}
    for config in (QUIET, KEEPALIVE):
        with running(APP, way="stock", config=config) as server:
            mine = [one for one in SCENARIOS.values() if one.config is config]
            outcomes.update((one.name, _stable(one.name, one.outcome, server)) for one in mine)
    for name, (path, before) in STOPPING.items():
        with running(APP, way="stock", config=QUIET) as server:
            outcomes[name] = stopping(server, path, before)
    return outcomes


def _stable(name: str, play, server: Server) -> dict[str, list[str]]:
    first, second = play(server), play(server)
    assert first == second, f"{name} has two outcomes:\n{first}\n{second}"
    return first


def main() -> None:
    found = (sanic_version, websockets_version, sys.version_info[:2])
    assert found == ORACLE, f"the oracle is {ORACLE}, this is {found}"
    outcomes = play_all()
    lines = [f"{json.dumps(name)}: {json.dumps(outcomes[name])}" for name in sorted(outcomes)]
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(len(outcomes), "scenarios recorded")


if __name__ == "__main__":
    main()
