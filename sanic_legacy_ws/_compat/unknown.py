"""The error for a Sanic that this package does not know."""

from __future__ import annotations


class UnknownSanicError(ImportError):
    """The installed Sanic is not what this package reads it as, so that nothing would be served
    right. Says what is missing, and what to do.
    """

    def __init__(self, version: str, missing: str) -> None:
        from .table import LINES

        newest = ".".join(LINES[-1].sanic.split(".")[:2])
        super().__init__(
            f"this package cannot serve on Sanic {version}: {missing}. Solution: use "
            f'Sanic {newest} (pip install "sanic=={newest}.*"), or a newer sanic-legacy-ws'
        )
