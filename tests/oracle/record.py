"""Record what Sanic 21.6.2 with websockets 9.1 does: `python -m tests.oracle.record`.

Needs Python 3.9 with sanic==21.6.2 and websockets==9.1. Every scenario is played
twice; one with two outcomes is an error, and nothing is written. Programs at random are
played twice on both loops, and those that end in one way are written down.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support import Server, running, sanic_version, websockets_version

from . import programs
from .scenarios import APP, KEEPALIVE, QUIET, SCENARIOS, SHAPES, SHORTLY, STOPPING, stopping

RECORDED = Path(__file__).parent / "recorded.json"
PROGRAMS = Path(__file__).parent / "programs.jsonl"
ORACLE = ((21, 6, 2), (9, 1), (3, 9))
SEEDS = 800
KEPT = 300  # of them
ENDED_EARLY = 40  # of those: a handler that is over when its peer leaves


def play_all() -> dict[str, dict[str, list[str]]]:
    """The outcome of every scenario on Sanic's own protocol."""
    outcomes: dict[str, dict[str, list[str]]] = {}
    for app, config in ((APP, QUIET), (APP, KEEPALIVE), (SHAPES, SHORTLY)):
        with running(app, way="stock", config=config) as server:
            mine = [one for one in SCENARIOS.values() if (one.app, one.config) == (app, config)]
            outcomes.update((one.name, _stable(one.name, one.outcome, server)) for one in mine)
    for name, (path, before) in STOPPING.items():
        with running(APP, way="stock", config=QUIET) as server:
            outcomes[name] = stopping(server, path, before)
    return outcomes


def _stable(name: str, play, server: Server) -> dict[str, list[str]]:
    first, second = play(server), play(server)
    assert first == second, f"{name} has two outcomes:\n{first}\n{second}"
    return first


def play_programs() -> dict[int, programs.Outcome]:
    """The outcome of every program that has one, by its seed."""
    made = {seed: programs.make(seed) for seed in range(SEEDS)}
    found: dict[int, programs.Outcome] = {}
    for loop in ("uvloop", "asyncio"):
        with running(programs.APP, way="stock", loop=loop, **programs.SERVER) as server:
            for _ in range(2):
                for seed, outcome in programs.play(server, made).items():
                    if found.setdefault(seed, outcome) != outcome:
                        del made[seed]
    return {seed: found[seed] for seed in made}


def worth_keeping(outcomes: dict[int, programs.Outcome]) -> list[int]:
    """The seeds whose programs say something, KEPT of them.

    Messages that were sent and not read are lost on Sanic 21.6, and read here: those of a
    handler that had begun to read are left out.
    """
    kept, early = [], 0
    for seed, outcome in outcomes.items():
        seen = str(outcome["seen"])
        if outcome["unread"] and ("got " in seen or "iterated " in seen):
            continue
        if not any(word in seen for word in ("CancelledError", "ConnectionClosed")):
            early += 1
            if early > ENDED_EARLY:
                continue
        kept.append(seed)
    return kept[:KEPT]


def write_programs() -> None:
    outcomes = play_programs()
    kept = worth_keeping(outcomes)
    lines = []
    for seed in kept:
        record = {"seed": seed, "check": programs.make(seed).check(), **outcomes[seed]}
        del record["unread"]
        lines.append(json.dumps(record, separators=(",", ":")) + "\n")
    PROGRAMS.write_text("".join(lines))
    print(len(kept), "programs recorded, of", len(outcomes), "with one outcome, of", SEEDS)


def main() -> None:
    found = (sanic_version, websockets_version, sys.version_info[:2])
    assert found == ORACLE, f"the oracle is {ORACLE}, this is {found}"
    outcomes = play_all()
    lines = [f"{json.dumps(name)}: {json.dumps(outcomes[name])}" for name in sorted(outcomes)]
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(len(outcomes), "scenarios recorded")
    write_programs()


if __name__ == "__main__":
    main()
