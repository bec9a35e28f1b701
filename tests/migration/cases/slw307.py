"""SLW307: attributes that never worked."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "path": handler("""
        print(ws.path)  #!
    """),
    "request_headers": handler("""
        print(ws.request_headers)  #!
    """),
    "response_headers": handler("""
        print(ws.response_headers)  #!
    """),
    "origin": handler("""
        print(ws.origin)  #!
    """),
}

SILENT = {
    "path of the request": handler("""
        print(request.path)
    """),
    "an attribute that the app sets": handler("""
        ws.path = request.path
        print(ws.path)
    """),
}
