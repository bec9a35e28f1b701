"""SLW302: addresses."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "remote_address": handler("""
        print(ws.remote_address)  #!
    """),
    "local_address": handler("""
        print(ws.local_address)  #!
    """),
    "host": handler("""
        print(ws.host)  #!
    """),
    "port": handler("""
        print(ws.port)  #!
    """),
    "secure": handler("""
        print(ws.secure)  #!
    """),
}

SILENT = {
    "host and port of the request": handler("""
        print(request.host, request.port)
    """),
}
