"""SLW301: open, closed and state."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "open": handler("""
        print(ws.open)  #!
    """),
    "closed": handler("""
        print(ws.closed)  #!
    """),
    "state": handler("""
        print(ws.state)  #!
    """),
    "asked for, and then nothing is sent": handler("""
        if hasattr(ws, "open") and ws.open:  #!
            await ws.send("")
    """),
    "getattr without a default": handler("""
        if getattr(ws, "open"):  #!
            pass
    """),
}

SILENT = {
    "state of the request": handler("""
        print(request.state)
    """),
    "closed of a file": handler("""
        with open('f') as f:
            print(f.closed)
    """),
    "an attribute that the app sets": handler("""
        ws.state = 'new'
        print(ws.state)
    """),
    "getattr with a default": handler("""
        print(getattr(ws, 'open', True))
    """),
}
