"""SLW312: what cannot be set on the websocket of this package."""

from __future__ import annotations

from . import handler

TO = "shim"

FINDS = {
    "figures": handler("""
        ws.stats = 1  #!
        print(ws.stats)
    """),
    "an address": handler("""
        ws.remote_address = ("127.0.0.1", 80)  #!
    """),
}

SILENT = {
    "a name of the app's own": handler("""
        ws.user = 1
        ws.ip = request.ip
    """),
    "reading": handler("""
        print(ws.stats, ws.remote_address)
    """),
    "of something else": handler("""
        request.id = 1
    """),
}
