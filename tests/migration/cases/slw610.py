"""SLW610: the argument body_bytes of a response."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "imported by name": alone("""
        from sanic.response import HTTPResponse

        HTTPResponse(status=200, body_bytes=b"x")  #!
    """),
    "of the module": alone("""
        from sanic import response

        response.HTTPResponse(body_bytes=b"x")  #!
    """),
}

SILENT = {
    "body": alone("""
        from sanic.response import HTTPResponse

        HTTPResponse(body=b"x")
    """),
    "another class": alone("""
        import sanic
        from .response import HTTPResponse

        HTTPResponse(body_bytes=b"x")
    """),
}
