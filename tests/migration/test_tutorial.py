"""The tutorial shows what the commands really print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sanic_legacy_ws.migration.__main__ import main

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "upgrade-from-20-12.md"


@pytest.fixture
def blocks(tmp_path, monkeypatch):
    """The code blocks of the page, with the first two written to files."""
    found = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("server.py").write_text(found[0][1], encoding="utf-8")
    Path("requirements.txt").write_text(found[1][1], encoding="utf-8")
    return [text for _, text in found]


def test_onto_the_shim(blocks, capsys):
    """Step 2: what check --to shim prints, and what fix makes of it."""
    main(["check", "--to", "shim", "."])
    assert capsys.readouterr().out in blocks
    pytest.importorskip("libcst")
    main(["fix", "--to", "shim", "server.py"])
    moved = re.findall(r"^from (?:websockets|sanic_).*\n", Path("server.py").read_text(), re.M)
    assert "".join(moved) in blocks


def test_off_the_shim(blocks, capsys):
    """Step 4: what check --to native prints, and that two findings are left after fix."""
    pytest.importorskip("libcst")
    main(["fix", "--to", "shim", "server.py"])
    capsys.readouterr()
    main(["check", "--to", "native", "server.py"])
    assert capsys.readouterr().out in blocks
    main(["fix", "--to", "native", "server.py"])
    capsys.readouterr()
    main(["check", "--to", "native", "server.py"])
    left = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert left == ["SLW301", "SLW201"]
