"""The table old/native/shim says what the real objects have."""

from __future__ import annotations

import asyncio
import warnings

import pytest

from sanic_legacy_ws.migration.api_table import TABLE, Kind, as_markdown, of
from sanic_legacy_ws.migration.rules import BY_CODE
from sanic_legacy_ws.usage.names import CODES

NAMES = [entry for entry in TABLE if entry.kind in (Kind.METHOD, Kind.ATTRIBUTE)]
NEVER_ON_A_FRESH_ONE = {  # set when the connection opens or closes
    "close_code",
    "close_reason",
    "transport",
    "transfer_data_task",
    "close_connection_task",
    "keepalive_ping_task",
    "path",
    "request_headers",
    "is_client",
    "response_headers",
}


@pytest.fixture(scope="module")
def old():
    """An object of websockets' legacy implementation, as Sanic made it."""
    pytest.importorskip("websockets")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from websockets.legacy.protocol import WebSocketCommonProtocol
        except ImportError:
            from websockets.protocol import WebSocketCommonProtocol  # websockets 8.1

        async def make():
            return WebSocketCommonProtocol()

        return asyncio.run(make())


@pytest.fixture(scope="module")
def native():
    """Sanic's own object."""
    impl = pytest.importorskip("sanic.server.websockets.impl", exc_type=ImportError)

    async def make():
        proto = getattr(impl, "ServerProtocol", None) or impl.ServerConnection
        return impl.WebsocketImplProtocol(proto())

    return asyncio.run(make())


def has(found, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return hasattr(found, name) or name in dir(type(found))


@pytest.mark.parametrize("entry", NAMES, ids=lambda entry: entry.name)
def test_native(native, entry):
    """Sanic's own object has what the table says, no more and no less."""
    if entry.name in ("__aiter__", "ws_proto"):
        assert has(native, entry.name) or "since" in entry.native
    else:
        assert has(native, entry.name) == bool(entry.native)


@pytest.mark.parametrize("entry", NAMES, ids=lambda entry: entry.name)
def test_old(old, entry):
    """The old object has what the table says."""
    if entry.name in NEVER_ON_A_FRESH_ONE:
        assert entry.old
    else:
        assert has(old, entry.name) == bool(entry.old)


def test_settings():
    """The settings that native Sanic has are those with a default in its config."""
    config = pytest.importorskip("sanic.config").DEFAULT_CONFIG
    said = {e.name for e in of(Kind.SETTING) if e.native == "yes"}
    gone = {e.name for e in of(Kind.SETTING) if e.name.startswith("WEBSOCKET_")} - said
    assert said <= config.keys()
    assert pytest.importorskip("sanic").__version__ < "21.9" or not gone & config.keys()


def test_rules_exist():
    """The last column names rules of the catalogue."""
    assert {entry.rule for entry in TABLE} - {""} <= BY_CODE.keys()


def test_names_of_rules_are_not_native():
    """A name that a rule to leave the shim looks for is none that Sanic's own object has."""
    shared = {entry.name for entry in NAMES if entry.native}
    assert not shared & CODES.keys()


def test_markdown_has_every_entry():
    """The page shows them all."""
    assert as_markdown().count("\n| ") == len(TABLE) + len(Kind)


@pytest.fixture(scope="module")
def shim():
    """The object of this package, as its server makes it."""
    protocol = pytest.importorskip("sanic_legacy_ws.server.protocol", exc_type=ImportError)

    async def make():
        return protocol.WebSocketProtocol.websocket_class()

    return asyncio.run(make())


@pytest.mark.parametrize("entry", NAMES, ids=lambda entry: entry.name)
def test_shim(shim, entry):
    """This package's object has what the table says."""
    if entry.name in NEVER_ON_A_FRESH_ONE:
        assert entry.shim
    else:
        assert has(shim, entry.name) == bool(entry.shim)
