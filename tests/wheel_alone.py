"""Check the built distributions: `python tests/wheel_alone.py FOLDER` (not collected by pytest).

The wheel holds the package and nothing else, and runs in an environment that has only what it
asks for. Each extra can be installed on each Python that is supported.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path


def main(folder: str) -> int:
    wheel = next(Path(folder).glob("*.whl"))
    check_wheel(wheel)
    check_description(wheel)
    check_sdist(next(Path(folder).glob("*.tar.gz")))
    check_extras(wheel)
    with tempfile.TemporaryDirectory() as place:
        check_alone(wheel, Path(place))
    print("1 passed, 0 failed")
    return 0


def check_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    stray = [name for name in names if not name.startswith("sanic_legacy_ws")]
    assert not stray, stray
    for wanted in ("py.typed", "demo/page.html", "server/protocol.py"):
        assert f"sanic_legacy_ws/{wanted}" in names, wanted
    assert any(name.endswith("licenses/LICENSE") for name in names)


def metadata_of(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name).decode()


def check_description(wheel: Path) -> None:
    """What the package index shows leads nowhere inside the repository."""
    metadata = metadata_of(wheel)
    links = re.findall(r"\]\(([^)\s]+)\)", metadata)
    assert len(links) > 10, links
    relative = [link for link in links if not link.startswith(("https://", "#"))]
    assert not relative, relative
    for wanted in ("Documentation", "Source", "Changelog", "Issues"):
        assert f"Project-URL: {wanted}, https://" in metadata, wanted


def check_sdist(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        tops = {name.split("/")[1] for name in archive.getnames() if name.count("/")}
    missing = {"sanic_legacy_ws", "tests", "docs", "examples", "LICENSE", "pyproject.toml"} - tops
    assert not missing, missing


def check_extras(wheel: Path) -> None:
    """Resolve the wheel with each of its extras on each Python that it names."""
    metadata = metadata_of(wheel)
    extras = re.findall(r"^Provides-Extra: (\S+)$", metadata, re.M)
    pythons = re.findall(
        r"^Classifier: Programming Language :: Python :: (3\.\d+)$", metadata, re.M
    )
    assert extras
    assert len(pythons) == 8, pythons
    for python in pythons:
        for extra in extras:
            resolve(f"sanic-legacy-ws[{extra}] @ {wheel.resolve().as_uri()}", python)
    print(f"{len(extras)} extras on {len(pythons)} Pythons")


def resolve(requirement: str, python: str) -> None:
    command = ["uv", "pip", "compile", "-q", "--python-version", python, "-"]
    done = subprocess.run(command, input=requirement.encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, (requirement, python, done.stderr.decode())


def check_alone(wheel: Path, place: Path) -> None:
    """Install the wheel alone, and see the demo's page served by it."""
    subprocess.run(["uv", "venv", "-q", str(place / "env"), "-p", sys.executable], check=True)
    python = place / "env" / "bin" / "python"
    subprocess.run(["uv", "pip", "install", "-q", "-p", str(python), str(wheel)], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python.with_name("sanic-legacy-ws")), "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL) as demo:
        try:
            assert b"<html" in page(port).lower()
            time.sleep(1)  # Sanic answers a little before it takes signals
        finally:
            demo.terminate()
        assert demo.wait(20) == 0


def page(port: int) -> bytes:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
                content: bytes = response.read()
                return content
        except OSError:
            assert time.monotonic() < deadline, "the demo did not answer"
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
