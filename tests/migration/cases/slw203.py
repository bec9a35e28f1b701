"""SLW203: except Exception as the end of a connection."""

from __future__ import annotations

from . import alone, app, handler

TO = "native"

FINDS = {
    "tells and leaves the loop": alone("""
        import asyncio
        from sanic import Sanic

        app = Sanic("app")

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                try:
                    await ws.recv()
                except Exception as error:  #!
                    print(error)
                    break
    """),
    "cleans up and leaves the loop": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                try:
                    await ws.recv()
                except Exception:  #!
                    clients.discard(ws)
                    break
    """),
}

SILENT = {
    "tells and goes on": handler("""
        while True:
            try:
                await ws.recv()
            except Exception as error:
                print(error)
    """),
    "counts and goes on": app("""
        errors = []

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                try:
                    await ws.recv()
                except Exception:
                    errors.append(1)
    """),
    "finally stands beside it": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except Exception:
                return clients.discard(ws)
            finally:
                await ws.close()
    """),
    "CancelledError has a clause of its own": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except asyncio.CancelledError:
                clients.discard(ws)
            except Exception:
                return clients.discard(ws)
    """),
}
