"""A real nginx in front of a server, with the lines of a location that a test asks for."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from .ports import free_port
from .server import Server
from .waiting import eventually

CONFIGURATION = """
daemon off;
error_log stderr;
pid {folder}/pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            {lines}
        }}
    }}
}}
"""

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx is installed")


@contextlib.contextmanager
def nginx(server: Server, folder: Path, lines: str) -> Iterator[tuple[str, int]]:
    """Give the address of an nginx whose only location has `lines`, and passes on to server."""
    port = free_port()
    path = folder / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, port=port, behind=server.port, lines=lines))
    with open(str(folder / "log"), "wb") as log:
        command = ["nginx", "-e", "stderr", "-c", str(path), "-p", str(folder)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(folder / "pid", process)
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(10)


def _wait(pid: Path, process: subprocess.Popen[bytes]) -> None:
    """Return when nginx has written its pid, which it does once it listens."""

    def written() -> bool:
        assert process.poll() is None, (pid.parent / "log").read_text()
        return pid.exists() and bool(pid.read_text().strip())

    eventually(written)
