"""What differs between Sanic's lines, found on the one that is installed."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

from sanic import Sanic
from sanic.server import HttpProtocol

from sanic_legacy_ws._compat import sanic as line


def _build_protocol_kwargs(config, ask):
    """As Sanic names it where it asks the protocol class for what it knows."""
    return ask()


def test_config_of_start():
    """The config of a start is found however deep below Sanic's function somebody asks."""
    config = {"WEBSOCKET_MAX_SIZE": 1}
    ask = partial(lambda: (lambda: line.config_of_start())())
    assert _build_protocol_kwargs(config, ask) is config


def test_config_of_no_start():
    """Without a start there is none."""
    assert line.config_of_start() is None


def test_sanic_asks_in_a_start():
    """Sanic's own function asks for `websocket_handshake`, with the config at hand."""
    seen = []

    class Asked(type(HttpProtocol)):
        def __getattribute__(cls, name):
            if name == "websocket_handshake":
                seen.append(line.config_of_start())
            return super().__getattribute__(name)

    protocol = Asked("Asking", (HttpProtocol,), {"__slots__": ()})
    app = Sanic("asking")
    module = line.module_or_none("sanic.server.runners") or line.module_or_none("sanic.server")
    module._build_protocol_kwargs(protocol, app.config)
    assert seen == [app.config]


def test_choosers():
    """There is one module at least that chooses the protocol, and it has Sanic's class."""
    assert [module.WebSocketProtocol.__name__ for module in line.choosers()]


def test_app_behind_a_transport():
    """It is the protocol's; without one it may be any of this process."""
    app = Sanic("behind")
    known = SimpleNamespace(get_protocol=lambda: SimpleNamespace(app=app))
    assert line.apps_behind(known) == [app]
    assert app in line.apps_behind(SimpleNamespace())
