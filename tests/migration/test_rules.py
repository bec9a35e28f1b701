"""Each rule finds what it is about, and is silent about what only looks like it."""

from __future__ import annotations

import importlib
import re

import pytest

from sanic_legacy_ws import LegacyWebSocket
from sanic_legacy_ws._compat.causes import IMPORTS, NO_WEBSOCKET
from sanic_legacy_ws.migration.checker import check_source
from sanic_legacy_ws.migration.model import NEWEST, Direction, Release
from sanic_legacy_ws.migration.rules import (
    BY_CODE,
    HOUSEKEEPING,
    KINDS,
    RULES,
    slw312_read_only,
)
from sanic_legacy_ws.migration.settings import Settings
from sanic_legacy_ws.usage.names import CODES, OLD_ONLY

PINS = "SLW506"  # stands in files without a tree: test_pins.py


def settings(to, code):
    way, *more = to.split()
    release = next((Release.parse(word) for word in more if word[0].isdigit()), NEWEST)
    policy = next((word for word in more if word.isalpha()), None)
    select = (code,) if code else ()
    return Settings(to=Direction(way), sanic=release, select=select, on_disconnect=policy)


def cases(kind):
    for code in sorted(BY_CODE.keys() - {PINS}):
        module = importlib.import_module(f"tests.migration.cases.{code.lower()}")
        for to in ("native", "shim") if module.TO == "both" else (module.TO,):
            for name, source in getattr(module, kind).items():
                yield pytest.param(code, to, source, id=f"{code} to {to}: {name}")


@pytest.mark.parametrize(("code", "to", "source"), list(cases("FINDS")))
def test_finds(code, to, source):
    """A rule finds every line that is marked, and no other."""
    marked = [n for n, line in enumerate(source.splitlines(), 1) if line.endswith("#!")]
    assert marked
    assert [finding.line for finding in check_source(source, settings(to, code))] == marked


@pytest.mark.parametrize(("code", "to", "source"), list(cases("SILENT")))
def test_stays_silent(code, to, source):
    """A rule says nothing about code that is in order."""
    assert check_source(source, settings(to, code)) == []


def test_read_only():
    """SLW312 names what the package's websocket has and what cannot be set."""
    has = {name: getattr(LegacyWebSocket, name) for name in dir(LegacyWebSocket)}
    fixed = {name for name, value in has.items() if getattr(value, "fset", 1) is None}
    assert {name for name in fixed if not name.startswith("_")} == slw312_read_only.NAMES


@pytest.mark.parametrize("cause", [*NO_WEBSOCKET, *IMPORTS], ids=lambda cause: cause.code)
def test_causes_have_a_rule(cause):
    """What `sanic-legacy-ws run` names when an app does not start can be explained."""
    assert BY_CODE[cause.code].title == cause.title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule):
    """A rule tells why, and what to do in the directions it has."""
    assert re.fullmatch(r"SLW[1-9]\d\d", rule.code)
    assert rule.why.endswith((".", ")"))
    assert rule.directions
    assert rule.fixable in ("safe", "unsafe", None)
    for change in filter(None, (rule.to_shim, rule.to_native)):
        assert change.before != change.after


def test_codes_are_ordered_and_unique():
    """The catalogue is in the order of its codes, without gaps in the table."""
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes)) == sorted(BY_CODE)
    assert {code[:4] for code in [*codes, *HOUSEKEEPING]} == set(KINDS)


@pytest.mark.parametrize("group", OLD_ONLY, ids=lambda group: group.code)
def test_old_only_names_have_a_rule(group):
    """What the report at run time counts is explained by a rule towards Sanic's own object."""
    assert BY_CODE[group.code].to_native is not None


@pytest.mark.parametrize("name", sorted(CODES))
def test_old_only_names_are_found(name):
    """The checker finds each name that the report at run time counts, under the same code."""
    source = f"@app.websocket('/')\nasync def handler(request, ws):\n    ws.{name}\n"
    found = check_source(f"from sanic import Sanic\n{source}", Settings(to=Direction.NATIVE))
    assert CODES[name] in {finding.code for finding in found}
