"""SLW607: sanic.exceptions.abort."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "imported and called": alone("""
        from sanic.exceptions import abort  #!

        def check(user):
            abort(404)  #!
    """),
    "of the module": alone("""
        import sanic.exceptions

        def check(code):
            sanic.exceptions.abort(code)  #!
    """),
}

SILENT = {
    "the app's own": alone("""
        import sanic
        from .errors import abort

        abort(404)
    """),
    "an exception": alone("""
        from sanic.exceptions import NotFound

        raise NotFound("x")
    """),
}
