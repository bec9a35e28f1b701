"""SLW504: the Gunicorn worker."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "named in a configuration": alone("""
        worker_class = "sanic.worker.GunicornWorker"  #!
    """),
    "imported": alone("""
        from sanic.worker import GunicornWorker  #!
    """),
}

SILENT = {
    "a module of the same package": alone("""
        from sanic.worker.loader import AppLoader
    """),
    "uvicorn's worker": alone("""
        from uvicorn.workers import UvicornWorker
    """),
}
