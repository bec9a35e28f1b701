"""SLW203: except Exception as the end of a connection."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "in a decorator around handlers": app("""
        from sanic import Websocket

        def cleaned(function):
            async def wrapper(request, ws: Websocket):
                try:
                    return await function(request, ws)
                except Exception:  #!
                    clients.discard(ws)
                    raise

            return wrapper
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
    "cleans up behind the loop": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                while True:
                    await ws.recv()
            except Exception as error:  #!
                print(error)
                clients.discard(ws)
    """),
}

SILENT = {
    "in a decorator, around something else": app("""
        from sanic import Websocket

        def cleaned(function):
            async def wrapper(request, ws: Websocket):
                try:
                    name = function(request)
                except Exception:
                    clients.discard(ws)
                    raise

            return wrapper
    """),
    "behind the loop, tells the peer, which is gone": handler("""
        try:
            while True:
                await ws.recv()
        except Exception as error:
            print(error)
            await ws.send("failed")
            await ws.close()
    """),
    "tells and leaves the loop: a line of log is all that is missed": handler("""
        while True:
            try:
                await ws.recv()
            except Exception as error:
                print(error)
                break
    """),
    "prints the traceback and leaves the loop": handler("""
        import traceback

        while True:
            try:
                await ws.recv()
            except Exception:
                traceback.print_exc()
                break
    """),
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
