"""What the documentation has from the code: up to date, and plain Markdown wherever it is read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sanic_legacy_ws
from sanic_legacy_ws.binding.settings import Settings
from tests.docs.snippets import environment
from tests.support import sanic_version

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]

pytestmark = [
    pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="not in a checkout"),
    pytest.mark.skipif(sanic_version < (25, 12), reason="the documentation is of the newest Sanic"),
]


@pytest.fixture
def generate(monkeypatch):
    """The module docs/generate.py."""
    monkeypatch.syspath_prepend(str(DOCS))
    import generate

    return generate


def test_nothing_is_out_of_date():
    """`python docs/generate.py` has nothing to write."""
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        timeout=60,
    )
    assert done.returncode == 0, f"python docs/generate.py writes:\n{done.stdout.decode()}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_whole_without_the_site(page):
    """No directive stands in a page that only the site could follow, and no part is empty."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^(```\{.*|:::.*|\(.*\)=)$", text, re.M) == []
    assert re.findall(r"written by docs/generate\.py -->\s*<!-- /", text) == []


def test_a_part_is_replaced(generate):
    """What stands between the comments goes, what stands around them stays."""
    part = "<!-- matrix: written by docs/generate.py -->"
    text = f"# Title\n\n{part}\nold\n<!-- /matrix -->\nbehind\n"
    new = generate.filled(ROOT / "x.md", text)
    assert "old" not in new
    assert new.startswith(f"# Title\n\n{part}\n\n| Python | Sanic |\n")
    assert new.endswith("|\n\n<!-- /matrix -->\nbehind\n")
    assert generate.filled(ROOT / "x.md", new) == new


def test_headings_fit_in(generate):
    """A generated heading is one level below the written one in front of it."""
    one = "<!-- api install: written by docs/generate.py -->\n<!-- /api -->\n"
    text = generate.filled(ROOT / "x.md", f"# Title\n\n```python\n## code\n```\n\n{one}{one}")
    assert re.findall("^#+ `.*", text, re.M) == ["## `install`"] * 2


def test_an_example_is_the_file(generate):
    """The whole file is shown, with a link that leads to it from the page."""
    text = generate.example("examples/guests/minimal.py", generate.Place(DOCS / "how-to/x.md", 2))
    assert text.startswith("[examples/guests/minimal.py](../../examples/guests/minimal.py):")
    assert (ROOT / "examples/guests/minimal.py").read_text(encoding="utf-8") in text


def anchors(page):
    return set(re.findall(r"^#+ `(\w+)`", (DOCS / page).read_text(encoding="utf-8"), re.M))


def test_every_public_name_has_its_place():
    """What the package offers is in the reference under a heading of its own."""
    others = {"ConnectionClosed", "WebSocketCommonProtocol", "WebSocketConnection", "__version__"}
    assert anchors("reference/api.md") >= set(sanic_legacy_ws.__all__) - others


def test_every_setting_has_its_place():
    """What can be set has a heading of its own, with its variable of the environment."""
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    names = [f"WEBSOCKET_{name.upper()}" for name in Settings._fields]
    for name in [*names, "LEGACY_WS_REPORT", "LEGACY_WS_WARN"]:
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert f"in the environment, as `SANIC_{name}`: " in section, name
        assert "- default: " in section, name


def test_every_command_has_its_options():
    """The page of the commands has each that the parser has, with each of its options."""
    page = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sanic_legacy_ws", "--help"],
        stdout=subprocess.PIPE,
        timeout=60,
        env=environment(),
    )
    commands = re.findall(r"^    ([a-z]+)  ", done.stdout.decode(), re.M)
    assert {"run", "demo", "doctor", "check", "fix", "report"} <= set(commands)
    assert sorted(re.findall(r"^## (.*)$", page, re.M)) == sorted(commands)
    for option in ("--port", "--app", "--sanic", "--unsafe"):
        assert f"`{option}" in page, option


def test_pictures_are_pictures():
    """Each has colours for a dark page, fits on a telephone, and its text does not stick out."""
    for path in DOCS.glob("_static/**/*.svg"):
        if path.name == "mark.svg":
            continue
        root = ElementTree.parse(path).getroot()
        width = float(root.get("width"))
        assert width <= 404, path
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            letter = 8.7 if text.get("class") == "name" else 6.7
            start, needed = float(text.get("x")), letter * len(text.text or "")
            start -= needed if text.get("text-anchor") == "end" else 0
            assert 0 <= start <= width - needed, (path, text.text)
        assert "prefers-color-scheme:dark" in path.read_text(encoding="utf-8"), path
