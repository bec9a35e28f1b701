"""[tool.sanic-legacy-ws] of pyproject.toml."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from sanic_legacy_ws.migration.model import Confidence, Direction, Release
from sanic_legacy_ws.migration.settings import Settings, SettingsError, load

TOML = sys.version_info >= (3, 11) or importlib.util.find_spec("tomli") is not None
needs_toml = pytest.mark.skipif(not TOML, reason="reading TOML needs Python 3.11 or tomli")


def written(folder, text):
    (folder / "pyproject.toml").write_text(f"[tool.sanic-legacy-ws]\n{text}\n")
    return folder


@needs_toml
def test_all_settings(tmp_path):
    """Every setting is read, from a folder above too."""
    text = (
        'to = "native"\nsanic = "22.9"\nselect = ["SLW3"]\nignore = ["SLW301"]\n'
        'exclude = ["old/*"]\nconfidence = "likely"'
    )
    written(tmp_path, text)
    (tmp_path / "src").mkdir()
    assert load(tmp_path / "src") == Settings(
        to=Direction.NATIVE,
        sanic=Release(22, 9),
        select=("SLW3",),
        ignore=("SLW301",),
        exclude=("old/*",),
        confidence=Confidence.LIKELY,
    )


@needs_toml
@pytest.mark.parametrize(
    "text",
    [
        'to = "moon"',
        'sanic = "new"',
        'selct = ["SLW3"]',
        'select = "SLW3"',
        "confidence = 3",
        "to =",
    ],
)
def test_wrong_settings(tmp_path, text):
    """A setting that makes no sense is an error that names the file."""
    with pytest.raises(SettingsError, match=r"pyproject\.toml"):
        load(written(tmp_path, text))


def test_no_settings(tmp_path):
    """Without a table the defaults hold, and no TOML parser is needed."""
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert load(tmp_path) == Settings()


@pytest.mark.skipif(TOML, reason="a TOML parser is there")
def test_without_a_toml_parser(tmp_path):
    """A table that cannot be read is not passed over."""
    with pytest.raises(SettingsError, match="tomli"):
        load(written(tmp_path, 'to = "native"'))


@pytest.mark.parametrize("text", ["22", "a.b", "", "22.x"])
def test_release_that_is_none(text):
    """A release has a year and a month."""
    with pytest.raises(ValueError, match=r"not a known Sanic release: 20\.12, 21\.3"):
        Release.parse(text)


def test_release_of_a_patch():
    """The patch does not matter."""
    assert Release.parse("22.9.1") == Release(22, 9)
