"""SLW309: new methods where the oldest Sanic is too old."""

from __future__ import annotations

from . import handler

TO = "native 21.3"

FINDS = {
    "recv with a timeout": handler("""
        await ws.recv(5)  #!
    """),
    "recv with timeout=": handler("""
        await ws.recv(timeout=5)  #!
    """),
    "recv_burst": handler("""
        await ws.recv_burst()  #!
    """),
    "recv_streaming": handler("""
        async for part in ws.recv_streaming():  #!
            print(part)
    """),
}

SILENT = {
    "recv without a timeout": handler("""
        await ws.recv()
    """),
    "close with a code": handler("""
        await ws.close(4000)
    """),
}
