"""What a process that serves has loaded, reported by the process itself."""

from __future__ import annotations

import pytest

pytest.importorskip("sanic")

from tests.support import RawClient, running

WAYS = ["protocol", "install", "cli"]


@pytest.fixture(scope="module", params=WAYS)
def loaded(request, tmp_path_factory):
    """Names of the modules that a serving process has, and of our own that hold a syntax tree."""
    report = tmp_path_factory.mktemp("report") / "uses.json"
    options = {"way": request.param, "env": {"SANIC_LEGACY_WS_REPORT": str(report)}}
    with running("loaded", **options) as server, RawClient(server) as client:
        client.handshake("/")
        modules = client.receive_message().split()
        readers = client.receive_message().split()
    return modules, readers


def test_no_migration(loaded):
    """Neither the checker nor the fixer is loaded, with the report at run time on."""
    modules, _ = loaded
    assert "sanic_legacy_ws.usage.instrument" in modules
    assert [name for name in modules if name.startswith("sanic_legacy_ws.migration")] == []


def test_no_syntax_tree(loaded):
    """libcst is not loaded; ast is, by Sanic itself, and no module of this package uses it."""
    modules, readers = loaded
    assert "libcst" not in modules
    assert readers == []
