"""SLW310: what is inside Sanic's own object."""

from __future__ import annotations

from . import handler

TO = "shim"

FINDS = {
    "recv_lock": handler("""
        print(ws.recv_lock)  #!
    """),
    "assembler": handler("""
        print(ws.assembler)  #!
    """),
}

SILENT = {
    "an attribute of the old object": handler("""
        print(ws.open)
    """),
    "io_proto, which is there": handler("""
        print(ws.io_proto.conn_info.peername)
    """),
    "recv with a timeout": handler("""
        await ws.recv(timeout=5)
    """),
    "recv_burst": handler("""
        await ws.recv_burst()
    """),
}
