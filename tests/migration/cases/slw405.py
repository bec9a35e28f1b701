"""SLW405: async for where the oldest Sanic is too old."""

from __future__ import annotations

from . import app, handler

TO = "native 22.6"

FINDS = {
    "a websocket": handler("""
        async for message in ws:  #!
            print(message)
    """),
}

SILENT = {
    "a list": handler("""
        for message in [ws]:
            print(message)
    """),
    "a stream of something else": app("""
        from .x import stream

        @app.websocket("/")
        async def handler(request, ws):
            async for message in stream():
                print(message)
    """),
}
