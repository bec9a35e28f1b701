"""The documentation: it builds without a warning, its links lead somewhere, its snippets run."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.support import sanic_version
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ELSEWHERE = {
    "performance-figures.md": "tests/test_benchmarks.py",
    "rules": "tests/migration/test_explain.py",
    "rules.md": "tests/migration/test_explain.py",
    "upgrade-from-20-12.md": "tests/docs/test_upgrade.py",
}
"""Pages whose snippets have tests of their own."""


def has_snippets_for_here(page):
    return not {page.name, page.parent.name} & set(ELSEWHERE)


TOOLS = ("sphinx", "myst_parser", "furo", "sphinx_copybutton")

needs_tools = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, TOOLS)), reason="docs/requirements.txt not installed"
)
newest_only = pytest.mark.skipif(
    sanic_version < (25, 12), reason="the documentation shows the newest Sanic"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html"]
    done = subprocess.run(
        [*command, str(DOCS), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout.decode()
    return folder


@needs_tools
@newest_only
def test_site_builds(site):
    """Each page is built, and each is in the menu of the first."""
    menu = (site / "index.html").read_text()
    for page in PAGES:
        name = page.relative_to(DOCS).with_suffix(".html").as_posix()
        assert (site / name).exists(), name
        assert name == "index.html" or f'href="{name}"' in menu, name


class Links(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.anchors.add(found.get("id") or "")
        self.links |= {found[name] for name in ("href", "src") if found.get(name)}


@needs_tools
@newest_only
def test_links(site):
    """No link of the site leads nowhere, to a page or an anchor; no asset is foreign."""
    pages = {path: Links(path.read_text()) for path in site.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            if urlsplit(link).scheme:
                continue
            name, anchor = urldefrag(link)
            target = (path.parent / unquote(urlsplit(name).path)).resolve() if name else path
            if not target.exists() or (
                anchor and target in pages and unquote(anchor) not in pages[target].anchors
            ):
                broken.append((path.name, link))
    assert not broken


@pytest.mark.skipif(not (ROOT / "CONTRIBUTING.md").exists(), reason="not in a checkout")
def test_links_of_the_repository():
    """Links between the files of the repository lead to files."""
    broken = []
    for path in [*PAGES, *ROOT.glob("*.md"), *ROOT.glob("examples/*/README.md")]:
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            name = urldefrag(link)[0]
            if name and not urlsplit(link).scheme and not (path.parent / name).exists():
                broken.append((path.relative_to(ROOT).as_posix(), link))
    assert not broken


def test_snippets_elsewhere():
    """The tests that run the snippets of some pages are there."""
    assert [path for path in ELSEWHERE.values() if not (ROOT / path).exists()] == []


@needs_tools
@newest_only
@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *(page for page in PAGES if has_snippets_for_here(page))],
    ids=lambda page: page.stem,
)
def test_snippets(page):
    """What a page shows runs."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.snippets", str(page)],
        cwd=str(ROOT),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout.decode()


def blocks(text, language):
    """The blocks of this language in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def test_readme_has_the_command_that_ci_runs():
    """The last command of the README runs the tests; .ci/run takes it from there."""
    *_, demo, tests = blocks((ROOT / "README.md").read_text(), "sh")
    assert demo.rstrip().endswith("sanic-legacy-ws demo")
    assert tests.rstrip().endswith("/tox -p auto")


@pytest.mark.skipif("SLW_NETWORK" not in os.environ, reason="it installs from the network")
@newest_only
@needs_tools
def test_readme_demo(tmp_path):
    """The command of the README for the demo works in a fresh copy of the source."""
    *_, demo, _ = blocks((ROOT / "README.md").read_text(), "sh")
    ignore = shutil.ignore_patterns(".*", "build", "dist", "site", "node_modules", "__pycache__")
    shutil.copytree(str(ROOT), str(tmp_path / "copy"), ignore=ignore)
    port = free_port()
    command = f"{demo.rstrip()} --port {port}"
    with open(str(tmp_path / "log"), "w+") as log:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=str(tmp_path / "copy"),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 180
            while f"http://127.0.0.1:{port}" not in (tmp_path / "log").read_text():
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.2)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
