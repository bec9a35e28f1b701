"""SLW106: the old websocket imported, and nothing that installs it."""

from __future__ import annotations

from . import alone

TO = "shim"

FINDS = {
    "a name of the module that is gone": alone("""
        from sanic import Sanic
        from sanic.websocket import ConnectionClosed

        app = Sanic("app")  #!
    """),
    "a name of this package": alone("""
        import sanic
        from sanic_legacy_ws import LegacyWebSocket

        def make():
            return sanic.Sanic("app")  #!
    """),
    "once a file": alone("""
        from sanic import Sanic
        from sanic_legacy_ws import broadcast

        one, two = Sanic("one"), Sanic("two")  #!
        three = Sanic("three")
    """),
}

SILENT = {
    "install() is called": alone("""
        import sanic_legacy_ws
        from sanic import Sanic
        from sanic_legacy_ws import broadcast

        sanic_legacy_ws.install()
        app = Sanic("app")
    """),
    "the server is given the class": alone("""
        from sanic import Sanic
        from sanic.websocket import WebSocketProtocol

        app = Sanic("app")
        app.run(protocol=WebSocketProtocol)
    """),
    "nothing old is imported": alone("""
        from sanic import Sanic

        app = Sanic("app")
    """),
}
