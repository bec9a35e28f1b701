"""SLW608: names that Sanic has removed."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "what sanic.app imported for itself": alone("""
        from sanic.app import get_event_loop  #!
    """),
    "imported": alone("""
        from sanic.response import json, stream  #!
        from sanic.views import CompositionView, HTTPMethodView  #!
    """),
    "what starts servers, and restarts them": alone("""
        from sanic import Sanic, reloader_helpers  #!
        from sanic.server import HttpProtocol, serve_multiple  #!
        import sanic.server.runners

        sanic.server.runners.serve_single = print  #!
        reloader_helpers.watchdog(1.0, None)
    """),
    "of a module": alone("""
        from sanic import response

        def index(request):
            return response.stream(print)  #!
    """),
    "a module, once a line": alone("""
        from sanic.testing import PORT, SanicTestClient  #!
    """),
}

SILENT = {
    "what is still there": alone("""
        from sanic.response import json, file_stream
        from sanic.views import stream
        from sanic.log import logger
    """),
    "guarded": alone("""
        try:
            from sanic.response import stream
        except ImportError:
            stream = None
    """),
    "the app's own": alone("""
        from .response import stream
    """),
}
