"""Findings as a reader at a terminal sees them."""

from __future__ import annotations

import io
import re

import pytest

from sanic_legacy_ws.migration import terminal
from sanic_legacy_ws.migration.model import Confidence, Finding


def shown(path, finding):
    text = terminal.as_frames([Finding(str(path), *finding)])
    return re.sub(r"\x1b\[\d+m", "", text).splitlines()


def test_frame(tmp_path):
    """The line stands below the finding, what it is about underlined; a tab is one column."""
    path = tmp_path / "a.py"
    path.write_text("\tws.open\n")
    finding = (1, 2, "SLW301", "no .open", Confidence.LIKELY, None, 1, 9)
    assert shown(path, finding) == [
        f"{path}:1:2: SLW301 no .open (likely)",
        "   |",
        " 1 |  ws.open",
        "   |  ^^^^^^^",
    ]


def test_a_finding_over_several_lines(tmp_path):
    """Its first line is shown, underlined to the end."""
    path = tmp_path / "b.py"
    path.write_text("f(\n  1)\n")
    finding = (1, 1, "SLW308", "no", Confidence.CERTAIN, None, 2, 5)
    assert shown(path, finding)[2:] == [" 1 | f(", "   | ^^"]


def test_a_file_that_is_gone(tmp_path):
    """Only the finding itself is shown."""
    assert len(shown(tmp_path / "none.py", (1, 1, "SLW301", "no"))) == 1


@pytest.mark.parametrize(
    ("name", "colour"), [("FORCE_COLOR", True), ("NO_COLOR", False), ("TERM", False)]
)
def test_colour_of_what_is_no_terminal(monkeypatch, name, colour):
    """A pipe is plain, unless FORCE_COLOR is set."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv(name, "1")
    assert terminal.wanted(io.StringIO()) is colour
