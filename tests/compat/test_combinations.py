"""The known bad combinations agree with the supported table, and with what was measured."""

from __future__ import annotations

import re

import pytest

from sanic_legacy_ws._compat.combinations import COMBINATIONS, Reach, matching, version
from sanic_legacy_ws._compat.table import ENVIRONMENTS

# Sanic, websockets, Python, and how an echo went with Sanic's own object: "works", "import" for a
# Sanic that cannot be imported, "requests" for one that answers none, else a word of the trouble.
MEASURED = """
20.12.7  8.1    3.8   works
20.12.7  13.1   3.8   works
20.12.7  9.1    3.10  websockets 8 and 9
20.12.7  16.1.1 3.12  works
20.12.7  17.4   3.11  import
20.12.7  10.4   3.13  import
21.3.4   9.1    3.9   works
21.3.4   8.1    3.13  websockets 8 and 9
21.6.2   8.1    3.9   import
21.6.2   9.1    3.12  websockets 8 and 9
21.6.2   17.4   3.13  works
21.9.3   8.1    3.8   import
21.9.3   9.1    3.8   500
21.9.3   10.4   3.10  works
21.9.3   10.4   3.11  TypeError
21.9.3   11.0.3 3.8   import
21.12.2  10.4   3.12  import
22.3.2   10.4   3.11  works
22.9.1   10.4   3.13  import
22.9.1   17.4   3.11  import
22.12.0  9.1    3.9   500
22.12.0  11.0.3 3.8   works
22.12.0  14.0   3.9   works
22.12.0  14.2   3.9   garbage
22.12.0  17.0   3.12  500
22.12.0  17.4   3.11  500
23.3.0   12.0   3.8   import
23.6.0   17.4   3.13  500
23.12.2  16.1.1 3.10  garbage
23.12.2  17.4   3.11  garbage
24.6.0   13.1   3.12  works
24.12.1  13.1   3.8   import
24.12.1  15.0.1 3.9   garbage
25.3.0   13.1   3.8   import
25.3.0   17.4   3.13  works
25.12.1  9.1    3.10  500
25.12.1  17.4   3.13  works
20.12.7  8.1    3.14  import
21.6.2   10.4   3.14  works
21.6.2   17.4   3.15  works
21.9.3   10.4   3.14  requests
21.9.3   10.4   3.15  requests
21.12.2  10.4   3.14  requests
22.3.2   10.4   3.14  requests
22.6.2   10.4   3.14  requests
22.9.1   10.4   3.14  requests
22.12.0  11.0.3 3.14  requests
23.3.0   12.0   3.14  requests
23.6.0   13.1   3.14  requests
23.12.2  13.1   3.14  requests
23.12.2  13.1   3.15  requests
24.6.0   13.1   3.14  works
24.6.0   13.1   3.15  works
24.12.1  13.1   3.14  works
24.12.1  17.4   3.15  garbage
25.3.0   15.0.1 3.14  works
25.3.0   17.4   3.15  works
25.12.1  17.4   3.14  works
25.12.1  17.4   3.15  works
"""
ROWS = [line.split(None, 3) for line in MEASURED.strip().splitlines()]


def found(sanic, websockets, python):
    return matching(version(sanic), version(websockets), version(python))


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_measured(row):
    """What was seen is what is told, once."""
    sanic, websockets, python, outcome = row
    bad = found(sanic, websockets, python)
    if outcome == "works":
        assert bad == []
    elif outcome == "import":
        assert Reach.ALL in {each.reach for each in bad}
    elif outcome == "requests":
        assert "Sanic answers no request" in {each.trouble.partition(":")[0] for each in bad}
    else:
        (only,) = bad
        assert only.reach is Reach.OWN
        assert outcome in only.trouble
        assert "this package works" in only.cure


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: f"{env.name}-{env.websockets}")
def test_supported(env):
    """A supported combination is bad only for Sanic's own object, as the table says."""
    pin = re.sub("[=<]", "", env.websockets)
    bad = found(env.sanic, "10.4" if pin == "11" else pin, env.python)
    told = [each.trouble for each in bad if each.reach is Reach.OWN]
    assert [env.own in trouble for trouble in told] == [True] * (env.own != "works")
    if any(each.reach is Reach.ALL for each in bad):
        assert env.pins, "nothing is pinned to get around it"


def test_every_one_was_measured():
    """No combination is told of that no measurement meets."""
    met = [each for row in ROWS for each in found(*row[:3])]
    assert [each for each in COMBINATIONS if each not in met] == []
