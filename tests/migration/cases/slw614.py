"""SLW614: the types string and number of a path parameter."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "of a decorator": app("""
        @app.websocket("/feed/<name:string>")  #!
        async def feed(request, ws, name): ...
    """),
    "of a call": app("""
        app.add_route(None, "/<level:number>")  #!
        app.add_route(None, uri="/x/<level:number>")  #!
    """),
    "of a blueprint": alone("""
        from sanic import Blueprint

        bp = Blueprint("bp", url_prefix="/<feed:string>")  #!
    """),
}

SILENT = {
    "types that there are": app("""
        @app.get("/<name:str>/<level:float>/<text:strorempty>/<name:[a-z]+>")
        async def feed(request, name, level, text): ...
    """),
    "a string that is no path": app("""
        print("<name:string>")
        usage = "<name:string>"
    """),
    "another framework's": alone("""
        from bottle import Bottle

        server = Bottle()

        @server.get("/<name:string>")
        def index(name): ...
    """),
}
