"""SLW609: items of the request."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "in a handler": app("""
        @app.route("/")
        async def index(request):
            print(request["user"])  #!
    """),
    "set by a middleware": app("""
        @app.middleware("request")
        async def add(request):
            request["user"] = 1  #!
    """),
    "in a WebSocket handler": app("""
        @app.websocket("/")
        async def feed(req, ws):
            await ws.send(req["user"])  #!
    """),
    "in a function that is called": app("""
        def user(request):
            return request["user"]  #!
    """),
}

SILENT = {
    "in the context": app("""
        @app.route("/")
        async def index(request):
            print(request.ctx.user, request.args["x"])
    """),
    "another parameter": app("""
        def user(data, request):
            return request["user"]
    """),
    "another framework": alone("""
        import sanic
        from aiohttp import web

        async def index(request):
            return request["user"]
    """),
}
