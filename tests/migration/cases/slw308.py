"""SLW308: iterables sent as fragments."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "a list": handler("""
        await ws.send(["a", "b"])  #!
    """),
    "a generator expression": handler("""
        await ws.send(part for part in "ab")  #!
    """),
    "a name that is a list": handler("""
        parts = ["a"]
        await ws.send(parts)  #!
    """),
    "a generator function": app("""
        def parts():
            yield 'a'

        @app.websocket("/")
        async def handler(request, ws):
            await ws.send(parts())  #!
    """),
}

SILENT = {
    "a joined list": handler("""
        await ws.send("".join(["a", "b"]))
    """),
    "a name that is a text": handler("""
        text = "a"
        await ws.send(text)
    """),
    "a name that is not always a list": handler("""
        parts = ["a"]
        parts = str(parts)
        await ws.send(parts)
    """),
    "another object's send": app("""
        from .other import sock

        @app.websocket("/")
        async def handler(request, ws):
            sock.send(["a"])
    """),
}
