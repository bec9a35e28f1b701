"""SLW404: cleanup after async for."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "a clean-up after the loop": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            async for message in ws:  #!
                print(message)
            clients.discard(ws)
    """),
}

SILENT = {
    "a clean-up in finally": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                async for message in ws:
                    print(message)
            finally:
                clients.discard(ws)
    """),
    "nothing after the loop": handler("""
        async for message in ws:
            print(message)
    """),
    "CancelledError is caught around it": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                async for message in ws:
                    print(message)
            except asyncio.CancelledError:
                pass
            clients.discard(ws)
    """),
    "the loop is one step of a talk": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            async for message in ws:
                if message == "ready":
                    break
            clients.add(ws)
            async for message in ws:
                print(message)
    """),
    "a channel of something else": app("""
        from .redis import channel

        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            async for message in channel:
                print(message)
            clients.discard(ws)
    """),
}
