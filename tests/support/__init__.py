"""Real servers and raw clients for the test suite, on every supported Sanic and Python."""

from __future__ import annotations

from .client import Frame, RawClient, Response
from .server import Server, ServerFailedError, running
from .tls import Certificate, make_certificate
from .versions import LOOPS, python_version, sanic_version, websockets_version

__all__ = [
    "LOOPS",
    "Certificate",
    "Frame",
    "RawClient",
    "Response",
    "Server",
    "ServerFailedError",
    "make_certificate",
    "python_version",
    "running",
    "sanic_version",
    "websockets_version",
]
