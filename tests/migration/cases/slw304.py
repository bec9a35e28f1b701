"""SLW304: the rest of the old attributes."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "transport": handler("""
        print(ws.transport)  #!
    """),
    "messages": handler("""
        print(ws.messages)  #!
    """),
    "extensions": handler("""
        print(ws.extensions)  #!
    """),
    "max_size": handler("""
        print(ws.max_size)  #!
    """),
    "read_limit": handler("""
        print(ws.read_limit)  #!
    """),
}

SILENT = {
    "transport of the request": handler("""
        print(request.transport)
    """),
    "an attribute of both": handler("""
        print(ws.subprotocol)
    """),
}
