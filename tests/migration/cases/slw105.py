"""SLW105: imports of this package."""

from __future__ import annotations

from . import alone

TO = "native"

FINDS = {
    "a name of the package": alone("""
        from sanic_legacy_ws import LegacyWebSocket  #!
    """),
    "the package itself": alone("""
        import sanic_legacy_ws  #!

        sanic_legacy_ws.install()
    """),
}

SILENT = {
    "guarded by except ImportError": alone("""
        try:
            import sanic_legacy_ws
        except ImportError:
            sanic_legacy_ws = None
    """),
    "a module of the app's own": alone("""
        from .sanic_legacy_ws import something
    """),
    "Sanic itself": alone("""
        import sanic
    """),
}
