"""SLW305: private tasks."""

from __future__ import annotations

from . import alone, handler

TO = "native"

FINDS = {
    "close_connection_task": handler("""
        print(ws.close_connection_task)  #!
    """),
    "transfer_data_task": handler("""
        print(ws.transfer_data_task)  #!
    """),
    "close_connection of what a connection of the server has": alone("""
        from sanic import Sanic

        async def stop(connections):
            for connection in connections:
                await connection.websocket.close_connection()  #!
    """),
    "is_client": handler("""
        print(ws.is_client)  #!
    """),
}

SILENT = {
    "an attribute of both": handler("""
        print(ws.connection_lost_waiter)
    """),
    "is_client of the request": handler("""
        print(request.is_client)
    """),
}
