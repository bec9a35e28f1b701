"""SLW504: the Gunicorn worker."""

TO = "both"

FINDS = [
    """\
from sanic.worker import GunicornWorker  #!
""",
]

SILENT = [
    """\
from sanic.worker.loader import AppLoader
""",
    """\
from uvicorn.workers import UvicornWorker
""",
]
