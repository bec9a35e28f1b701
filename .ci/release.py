"""Make a release: `python .ci/release.py 0.2.0`, with `--tag` to tag it as well.

Checks that the version is set, that the changelog has its dated section, that the metadata name
this repository, that nothing is left uncommitted; builds wheel and sdist into dist/, has twine
check them, and says what is left to do. Nothing is uploaded from here: the workflow for releases
does that once the tag is pushed; it calls this with `--tagged`. It stops at the first thing that
is not as it should be.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")


class NotReady(Exception):
    """What keeps the release back."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make a release.")
    parser.add_argument("version", help="as X.Y.Z")
    parser.add_argument("--tag", action="store_true", help="tag the commit")
    parser.add_argument("--tagged", action="store_true", help="the commit has its tag already")
    parser.add_argument("--checkout", type=Path, default=Path(__file__).resolve().parent.parent)
    options = parser.parse_args(argv)
    try:
        release(options.checkout, options.version, options.tag, options.tagged)
    except NotReady as exc:
        print(f"not released: {exc}")
        return 1
    return 0


def release(checkout: Path, version: str, tag: bool, tagged: bool) -> None:
    """Check, build, and tag if that is asked for."""
    check_version(checkout, version)
    check_changelog(checkout, version)
    check_address(checkout)
    check_repository(checkout, version, tagged)
    build(checkout)
    if tag:
        run(checkout, "git", "tag", "-a", f"v{version}", "-m", f"sanic-legacy-ws {version}")
        print(f"tagged v{version}; now: git push origin v{version}, which uploads it")
    elif tagged:
        print(f"{version} is in dist/")
    else:
        print(f"{version} is ready; tag it with --tag")


def check_version(checkout: Path, version: str) -> None:
    if not VERSION.fullmatch(version):
        raise NotReady(f"{version!r} is no version as X.Y.Z")
    text = (checkout / "sanic_legacy_ws" / "_compat" / "version.py").read_text()
    found = re.search(r'__version__ = "(.*)"', text)
    if found is None or found[1] != version:
        raise NotReady(f"the package says it is {found[1] if found else 'nothing'}, not {version}")


def check_changelog(checkout: Path, version: str) -> None:
    """Its newest section is that of the version, with a date."""
    text = (checkout / "CHANGELOG.md").read_text()
    newest = re.search(r"^## (\S+) - (.*)$", text, re.M)
    if newest is None or newest[1] != version:
        raise NotReady(f"the changelog's newest section is not that of {version}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[2]):
        raise NotReady(f"the changelog's section of {version} is dated {newest[2]!r}")


def check_address(checkout: Path) -> None:
    """What the package says of its repository is where this checkout is from."""
    text = (checkout / "pyproject.toml").read_text()
    said = re.search(r'^Source = "https://[^/]+/(\S+)"$', text, re.M)
    origin = run(checkout, "git", "remote", "get-url", "origin")
    if said is None or not origin.removesuffix(".git").endswith(said[1]):
        raise NotReady(
            f"pyproject.toml names the repository {said and said[1]}, origin is {origin}"
        )


def check_repository(checkout: Path, version: str, tagged: bool) -> None:
    if run(checkout, "git", "status", "--porcelain"):
        raise NotReady("there is something that is not committed")
    if tagged:
        if f"v{version}" not in run(checkout, "git", "tag", "--points-at", "HEAD").split():
            raise NotReady(f"the tag v{version} is not at this commit")
    elif run(checkout, "git", "tag", "--list", f"v{version}"):
        raise NotReady(f"the tag v{version} is there already")


def build(checkout: Path) -> None:
    """Build into dist/, which has to be empty, and have the result checked."""
    dist = checkout / "dist"
    if dist.exists() and any(dist.iterdir()):
        raise NotReady("dist/ holds files of another build")
    run(checkout, sys.executable, "-m", "build", "--no-isolation")
    run(checkout, sys.executable, "-m", "twine", "check", "--strict", *map(str, dist.iterdir()))


def run(checkout: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    if done.returncode:
        raise NotReady(f"{' '.join(command[:4])}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
