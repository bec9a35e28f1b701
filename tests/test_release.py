"""The release script stops at what is not ready, and tags what is."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / ".ci" / "release.py"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="reads the checkout, not the wheel")

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "sanic-legacy-ws"
description = "A stand-in"
requires-python = ">=3.8"
readme = "CHANGELOG.md"
dynamic = ["version"]

[project.urls]
Source = "https://example.org/some/where"

[tool.hatch.version]
path = "sanic_legacy_ws/_compat/version.py"
"""


def git(checkout, *command):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *command], cwd=str(checkout), check=True, timeout=30)


def put(checkout, name, text):
    (checkout / name).parent.mkdir(parents=True, exist_ok=True)
    (checkout / name).write_text(text)


@pytest.fixture
def checkout(tmp_path):
    """A small repository that is ready for 1.2.0."""
    put(tmp_path, "pyproject.toml", PYPROJECT)
    put(tmp_path, "sanic_legacy_ws/__init__.py", "")
    put(tmp_path, "sanic_legacy_ws/_compat/version.py", '__version__ = "1.2.0"\n')
    put(tmp_path, "CHANGELOG.md", "# Changelog\n\n## 1.2.0 - 2024-05-06\n\n## 1.1.0 - 2023-05-06\n")
    put(tmp_path, ".gitignore", "dist/\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "git@example.org:some/where.git")
    git(tmp_path, "config", "user.name", "a")
    git(tmp_path, "config", "user.email", "a@example.org")
    commit(tmp_path)
    return tmp_path


def commit(checkout):
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "All of it")


def release(checkout, *arguments):
    """The script's status and what it says."""
    command = [sys.executable, str(SCRIPT), "--checkout", str(checkout), *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("version", ["1.2", "v1.2.0", "1.3.0"])
def test_version(checkout, version):
    """Only the version that the package names."""
    status, said = release(checkout, version)
    assert status == 1
    assert "is no version" in said or "the package says it is 1.2.0" in said


@pytest.mark.parametrize("section", ["1.2.0 - unreleased", "1.3.0 - 2024-05-06"])
def test_changelog(checkout, section):
    """Its newest section is that of the version, dated."""
    put(checkout, "CHANGELOG.md", f"# Changelog\n\n## {section}\n")
    commit(checkout)
    status, said = release(checkout, "1.2.0")
    assert (status, "changelog's" in said) == (1, True)


def test_uncommitted(checkout):
    """What is released is what is committed."""
    put(checkout, "more.txt", "")
    assert release(checkout, "1.2.0") == (
        1,
        "not released: there is something that is not committed\n",
    )


def test_tagged_before(checkout):
    """No version is released twice."""
    git(checkout, "tag", "v1.2.0")
    assert release(checkout, "1.2.0") == (1, "not released: the tag v1.2.0 is there already\n")


def test_tag_elsewhere(checkout):
    """Where the tag is said to be set, it has to be at this very commit."""
    git(checkout, "tag", "v1.2.0")
    put(checkout, "more.txt", "")
    commit(checkout)
    said = release(checkout, "--tagged", "1.2.0")
    assert said == (1, "not released: the tag v1.2.0 is not at this commit\n")


def test_address(checkout):
    """The metadata name the repository that the checkout is from."""
    git(checkout, "remote", "set-url", "origin", "https://example.org/else/where")
    status, said = release(checkout, "1.2.0")
    assert (status, "names the repository some/where" in said) == (1, True)


@pytest.mark.skipif(
    not all(map(find_spec, ("build", "twine", "hatchling"))), reason="build tools not installed"
)
def test_release(checkout):
    """First without a tag, then, from an empty dist/, with it."""
    status, said = release(checkout, "1.2.0")
    assert (status, said) == (0, "1.2.0 is ready; tag it with --tag\n")
    built = sorted(path.name for path in (checkout / "dist").iterdir())
    assert built == ["sanic_legacy_ws-1.2.0-py3-none-any.whl", "sanic_legacy_ws-1.2.0.tar.gz"]
    status, said = release(checkout, "1.2.0", "--tag")
    assert (status, "dist/ holds files" in said) == (1, True)
    for path in (checkout / "dist").iterdir():
        path.unlink()
    status, said = release(checkout, "1.2.0", "--tag")
    assert status == 0, said
    tags = subprocess.run(["git", "tag"], cwd=str(checkout), capture_output=True, check=True)
    assert tags.stdout == b"v1.2.0\n"
    for path in (checkout / "dist").iterdir():
        path.unlink()
    assert release(checkout, "--tagged", "1.2.0") == (0, "1.2.0 is in dist/\n")
