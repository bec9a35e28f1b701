"""Programs at random end as they did on Sanic 21.6.2, or for a listed reason."""

from __future__ import annotations

import json

import pytest

from tests.support import LOOPS, running

from . import programs
from .differences import PROGRAMS, expected_of_program
from .record import PROGRAMS as RECORDED

LINES = RECORDED.read_text().splitlines()
RECORDS = {record.pop("seed"): record for record in map(json.loads, LINES)}
MADE = {seed: programs.make(seed) for seed in RECORDS}


def test_the_programs_are_those_that_were_recorded():
    """Each seed makes the same program as then."""
    assert {seed: made.check() for seed, made in MADE.items()} == {
        seed: record["check"] for seed, record in RECORDS.items()
    }


def test_every_difference_differs():
    """No program is listed that ends as it was recorded."""
    for seed in PROGRAMS:
        assert expected_of_program(seed, RECORDS[seed]) != outcome(RECORDS[seed])


@pytest.mark.parametrize("loop", LOOPS)
def test_outcomes(loop):
    """The same frames, and the same events in each task of the handler."""
    with running(programs.APP, loop=loop, **programs.SERVER) as server:
        played = programs.play(server, MADE)
    unlike = {}
    for seed, record in RECORDS.items():
        expected, seen = expected_of_program(seed, record), outcome(played[seed])
        if seen != expected:
            unlike[seed] = {"program": MADE[seed], "expected": expected, "seen": seen}
    assert not unlike, f"{len(unlike)} of {len(MADE)}: {json.dumps(unlike, indent=1)}"


def outcome(found):
    """The part of an outcome that is compared."""
    return {"wire": found["wire"], "seen": found["seen"]}
