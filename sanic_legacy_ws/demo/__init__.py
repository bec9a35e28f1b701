"""``sanic-legacy-ws demo``: a chat written for Sanic 20.12, on any Sanic."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from typing import Any, Sequence


def run(argv: Sequence[str] = ()) -> int:
    """Serve the demo until it is interrupted.

    ``argv`` holds the command's arguments: ``--host`` (127.0.0.1) and ``--port`` (8000). Returns
    the exit code: 1 where it cannot listen there.
    """
    arguments = _parser().parse_args(argv)
    try:
        port = _free(arguments.host, arguments.port)
    except ValueError as exc:
        print(f"sanic-legacy-ws demo: {exc}", file=sys.stderr)
        return 1
    _serve(arguments.host, port)
    return 0


def _free(host: str, port: str) -> int:
    """Return the port to listen on; raise ValueError that names the option which is wrong."""
    try:
        number = int(port)
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as exc:
        raise ValueError(f"--host {host} is not an address: {exc.strerror}") from None
    except ValueError:
        raise ValueError(f"--port {port} is not a number") from None
    # Sanic gets the port, not this socket: what connects before it serves would wait unserved.
    with socket.socket(family, kind, protocol) as sock:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address[0], number, *address[2:]))
            sock.listen()
        except OverflowError:
            raise ValueError(f"--port {port} is not between 0 and 65535") from None
        except OSError as exc:
            option = f"--host {host}" if exc.errno == errno.EADDRNOTAVAIL else f"--port {port}"
            raise ValueError(f"{option} cannot be used: {exc.strerror}") from None
        free: int = sock.getsockname()[1]
    return free


def _serve(host: str, port: int) -> None:
    from .._compat.sanic import run_here
    from ..server.install import install

    install()
    from .app import app

    async def tell(*_: Any) -> None:
        shown = f"[{host}]" if ":" in host else host
        print(f"The demo is at http://{shown}:{port}/ - end it with Ctrl+C", flush=True)

    app.register_listener(tell, "after_server_start")
    # Everyone in the chat is in one set, in one process.
    run_here(app, host=host, port=port, access_log=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws demo", description="Serve a chat written for Sanic 20.12."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", default="8000", help="port to listen on (8000; 0 for a free one)")
    return parser
