"""Every scenario recorded on Sanic 21.6.2 has the same outcome here, or a listed reason."""

from __future__ import annotations

import json

import pytest

from tests.support import running

from .differences import ALWAYS, BY_POLICY, expected
from .record import RECORDED
from .scenarios import APP, QUIET, SCENARIOS, STOPPING, stopping

OUTCOMES = json.loads(RECORDED.read_text())
POLICIES = ("raise", "cancel")


def test_every_scenario_is_recorded():
    """The recording and the scenarios are of the same names."""
    assert set(OUTCOMES) == {*SCENARIOS, *STOPPING}


def test_every_difference_differs():
    """No entry of the tables says what was recorded anyway, or what another entry says."""
    for policy, table in BY_POLICY.items():
        for name in table:
            outcome = OUTCOMES[name]
            if name in ALWAYS:
                outcome = ALWAYS[name].applied_to(outcome)
            assert expected(name, OUTCOMES[name], policy) != outcome, name
    for name, one in ALWAYS.items():
        assert one.applied_to(OUTCOMES[name]) != OUTCOMES[name], name


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_outcome(server, name, policy):
    """The same bytes and events as recorded, but for the listed differences."""
    one = SCENARIOS[name]
    config = {**one.config, "WEBSOCKET_ON_DISCONNECT": policy}
    assert one.outcome(server(one.app, config=config)) == expected(name, OUTCOMES[name], policy)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", STOPPING)
def test_outcome_of_a_stop(name, policy):
    """The same for SIGTERM, on a server of its own."""
    path, before = STOPPING[name]
    with running(APP, config={**QUIET, "WEBSOCKET_ON_DISCONNECT": policy}) as started:
        assert stopping(started, path, before) == expected(name, OUTCOMES[name], policy)
