"""The fuzzer's targets: the kept corpus on every Python, and a short run where atheris is."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .atheris_target import CORPUS, NAMES
from .targets import TARGETS, decoder, handshake

SEEDS = [(name, path) for name in NAMES for path in sorted((CORPUS / name).iterdir())]


def test_names() -> None:
    """The command knows all targets."""
    assert tuple(TARGETS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus(name: str) -> None:
    """Whatever once reached new code still passes."""
    paths = [path for target, path in SEEDS if target == name]
    assert len(paths) > 10
    for path in paths:
        TARGETS[name](path.read_bytes())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Without coverage to guide them, too."""
    decoder(data)
    handshake(data)


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed for this Python (pip install atheris)",
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seconds", [1, pytest.param(15, marks=pytest.mark.slow)])
def test_atheris(name: str, seconds: int) -> None:
    """The command runs and finds nothing."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fuzz.atheris_target",
            f"--seconds={seconds}",
            f"--target={name}",
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{name}: nothing found" in done.stdout
