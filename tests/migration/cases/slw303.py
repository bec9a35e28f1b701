"""SLW303: close code and reason."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "close_code": handler("""
        print(ws.close_code)  #!
    """),
    "close_reason": handler("""
        print(ws.close_reason)  #!
    """),
}

SILENT = {
    "where Sanic's own object has it": handler("""
        print(ws.ws_proto.close_code)
    """),
}
