"""SLW201: clauses for ConnectionClosed that nothing else makes up for."""

from __future__ import annotations

from . import alone, app, handler

TO = "native"

FINDS = {
    "send": handler("""
        try:
            await ws.send("x")
        except ConnectionClosed:  #!
            pass
    """),
    "a clean-up in the clause": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                while True:
                    await ws.recv()
            except ConnectionClosed:  #!
                clients.discard(ws)
    """),
    "a clean-up after the loop": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                try:
                    await ws.recv()
                except ConnectionClosed:  #!
                    break
            clients.discard(ws)
    """),
    "suppress": app("""
        import contextlib

        @app.websocket("/")
        async def handler(request, ws):
            with contextlib.suppress(ConnectionClosed):  #!
                await ws.send("x")
    """),
    "send in a method, through a set": app("""
        class Room:
            def __init__(self):
                self.clients = set()

            def join(self, ws):
                self.clients.add(ws)

            async def tell(self, message):
                for client in self.clients.copy():
                    try:
                        await client.send(message)
                    except ConnectionClosed:  #!
                        self.clients.discard(client)


        room = Room()


        @app.websocket("/")
        async def handler(request, ws):
            room.join(ws)
    """),
    "send in a helper of another module": app("""
        from .shouting import shout

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await shout(ws, "x")
            except ConnectionClosed:  #!
                pass
    """),
}

SILENT = {
    "CancelledError is caught as well": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except (ConnectionClosed, asyncio.CancelledError):
                clients.discard(ws)
    """),
    "WebsocketClosed is caught as well": app("""
        from sanic.exceptions import WebsocketClosed

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.send("x")
            except (ConnectionClosed, WebsocketClosed):
                pass
    """),
    "finally does the clean-up": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                while True:
                    await ws.recv()
            except (ConnectionClosed, TimeoutError):
                pass
            finally:
                clients.discard(ws)
    """),
    "another connection of the app": app("""
        from .upstream import client

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await client.send("x")
            except ConnectionClosed:
                pass
    """),
    "websockets' own client, without Sanic": alone("""
        import websockets

        async def main():
            ws = await websockets.connect('ws://x')
            try:
                await ws.send('x')
            except websockets.ConnectionClosed:
                print('gone')
    """),
}
