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
    "asked for elsewhere": handler("""
        if hasattr(ws, "extensions"):
            print(ws.transport)  #!
        else:
            print(ws.extensions)  #!
        hasattr(ws, "messages") or ws.messages  #!
    """),
    "read_limit": handler("""
        print(ws.read_limit)  #!
    """),
}

SILENT = {
    "transport of the request": handler("""
        print(request.transport)
    """),
    "asked for": handler("""
        if hasattr(ws, "transport") and (not ws.transport or ws.transport.is_closing()):
            return
        if request.args and hasattr(ws, "transport"):
            ws.transport.close()
        print(ws.messages if hasattr(ws, "messages") else None)
    """),
    "an attribute of both": handler("""
        print(ws.subprotocol)
    """),
}
