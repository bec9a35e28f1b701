"""Checking files: what is read, reported, suppressed and counted."""

from __future__ import annotations

import warnings

import pytest

from sanic_legacy_ws.migration.checker import check, check_source
from sanic_legacy_ws.migration.model import Confidence, Direction, Finding, Release
from sanic_legacy_ws.migration.settings import Settings

NATIVE = Settings(to=Direction.NATIVE)
OPEN = """\
from sanic import Sanic
app = Sanic("a")

@app.websocket("/")
async def f(request, ws):
    ws.open
"""


def codes(folder, settings=NATIVE):
    return [finding.code for finding in check([str(folder)], settings).findings]


def test_line_of_text():
    """A finding is path:line:column: CODE message."""
    finding = Finding("a.py", 3, 5, "SLW301", "no .open")
    assert finding.text == "a.py:3:5: SLW301 no .open"


def test_doubt_is_said():
    """Less than certainty is said at the end of the line."""
    finding = Finding("a.py", 3, 5, "SLW301", "no .open", Confidence.LIKELY)
    assert finding.text.endswith("no .open (likely)")


def test_columns_are_characters():
    """Columns count characters, not bytes of UTF-8."""
    source = OPEN.replace("    ws.open", '    "çà"; ws.open')
    assert [finding.column for finding in check_source(source, NATIVE)] == [11]


def test_a_form_feed_does_not_shift_lines():
    """Lines are those of Python, for which a form feed ends none."""
    assert [f.line for f in check_source(OPEN.replace("\n\n", "\n\x0c\n"), NATIVE)] == [6]


def test_syntax_error_is_a_finding(tmp_path):
    """A file that cannot be parsed is reported, and the others are checked."""
    (tmp_path / "bad.py").write_text("import sanic\ndef (:\n")
    (tmp_path / "good.py").write_text(OPEN)
    assert sorted(codes(tmp_path)) == ["SLW001", "SLW301"]


def test_a_file_that_is_not_text_is_a_finding(tmp_path):
    """Bytes that are no text in the file's encoding are reported."""
    (tmp_path / "bad.py").write_bytes(b"import sanic\nx = '\xff'\n")
    assert codes(tmp_path) == ["SLW001"]


def test_a_coding_line_is_obeyed(tmp_path):
    """A file is read in the encoding that it declares."""
    text = "# coding: latin-1\n# \xe9\n" + OPEN
    (tmp_path / "old.py").write_bytes(text.encode("latin-1"))
    assert codes(tmp_path) == ["SLW301"]


def test_a_missing_path_is_an_error(tmp_path):
    """A path that does not exist is not passed over."""
    with pytest.raises(FileNotFoundError):
        check([str(tmp_path / "nowhere")], NATIVE)


def test_virtualenvs_are_left_out(tmp_path):
    """Other people's code is not checked."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "a.py").write_text(OPEN)
    assert codes(tmp_path) == []


def test_excluded_paths_are_left_out(tmp_path):
    """exclude takes glob patterns."""
    (tmp_path / "a_test.py").write_text(OPEN)
    assert codes(tmp_path, Settings(to=Direction.NATIVE, exclude=("*_test.py",))) == []


def test_progress_ends_at_the_total(tmp_path):
    """Progress is told for each file, and at the end."""
    (tmp_path / "a.py").write_text(OPEN)
    seen = []
    check([str(tmp_path)], NATIVE, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 1), (1, 1)]


def test_select_and_ignore():
    """A code, or the beginning of one, selects rules or leaves them out."""
    native = Direction.NATIVE
    assert check_source(OPEN, Settings(to=native, select=("SLW3",)))
    assert not check_source(OPEN, Settings(to=native, select=("SLW1",)))
    assert not check_source(OPEN, Settings(to=native, ignore=("SLW301",)))


def test_least_confidence():
    """What is less sure than asked for is left out."""
    source = "import sanic\nfrom websockets import ConnectionClosed\n\ndef f(ws):\n    ws.open\n"
    assert check_source(source, NATIVE)
    assert not check_source(source, Settings(to=Direction.NATIVE, confidence=Confidence.LIKELY))


def test_the_oldest_sanic_changes_the_advice():
    """What to use instead exists on the oldest Sanic named."""
    old = Settings(to=Direction.NATIVE, sanic=Release(22, 3))
    assert "ws.connection.state" in check_source(OPEN, old)[0].message
    assert "ws.ws_proto.state" in check_source(OPEN, NATIVE)[0].message


@pytest.mark.parametrize("comment", ["# slw: ignore", "# slw: ignore[SLW301]", "# x # slw:ignore"])
def test_suppression(comment):
    """A comment at the end of the line suppresses a finding."""
    assert check_source(OPEN.replace("ws.open", f"ws.open  {comment}"), NATIVE) == []


def test_suppression_of_another_code():
    """A comment for another code suppresses nothing, and is reported as unused."""
    found = check_source(OPEN.replace("ws.open", "ws.open  # slw: ignore[SLW302]"), NATIVE)
    assert sorted(finding.code for finding in found) == ["SLW002", "SLW301"]


def test_unused_suppression():
    """A comment that suppresses nothing is reported where it stands."""
    found = check_source("import sanic\nx = 1  # slw: ignore\n", NATIVE)
    assert [(f.code, f.line, f.column) for f in found] == [("SLW002", 2, 8)]


def test_a_string_is_no_suppression():
    """Only comments suppress."""
    assert check_source(OPEN.replace("ws.open", 'ws.open, "# slw: ignore"'), NATIVE)


def test_suppression_at_the_end_of_a_long_expression():
    """A comment on the last line of what was found counts."""
    source = OPEN.replace("ws.open", "ws.send(\n        [b'']\n    )  # slw: ignore[SLW308]")
    assert check_source(source, NATIVE) == []


def test_unused_suppression_needs_its_rule_to_run():
    """A suppression of a rule that was not asked is not called unused."""
    source = OPEN.replace("ws.open", "ws.open  # slw: ignore[SLW301]")
    assert check_source(source, Settings(to=Direction.SHIM)) == []
    assert check_source(source, Settings(to=Direction.NATIVE, select=("SLW2",))) == []


def test_no_warnings_of_python():
    """A string with a wrong escape is for Python to tell of, and no output of the checker."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_source('pattern = "\\d"\n', Settings()) == []
