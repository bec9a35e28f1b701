"""The usage ledger: counts, call sites, parts of several processes, warnings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from collections import Counter

import pytest

from sanic_legacy_ws.usage import ledger as ledger_module
from sanic_legacy_ws.usage.ledger import (
    Ledger,
    LegacyWebSocketWarning,
    Report,
    Use,
    configured,
    load,
    table,
)

ROOT = __file__.rpartition("tests")[0]
OPEN = Use("SLW301", "open", "app.py", 3)


def run(code, *args):
    """A Python that has the package on its path."""
    script = f"import sys; sys.path.insert(0, {ROOT!r})\n{code}"
    return subprocess.Popen([sys.executable, "-c", script, *map(str, args)], stdout=subprocess.PIPE)


def test_counts_by_site():
    """Two lines are two sites; one line twice is one site."""
    ledger = Ledger()
    for _ in range(2):
        ledger.record("SLW301", "open", depth=0)
    ledger.record("SLW301", "open", depth=0)
    (first, twice), (second, once) = sorted(ledger.counts.items())
    assert (twice, once) == (2, 1)
    assert second.line - first.line == 1
    assert first.file == __file__


def test_uses_by_this_package_do_not_count(monkeypatch):
    """What this package asks of its own object is nobody's use."""
    ledger = Ledger()
    namespace = {"__name__": "sanic_legacy_ws.server", "record": ledger.record}
    exec("def ask():\n    record('SLW301', 'open', 0)", namespace)
    namespace["ask"]()
    assert not ledger.counts


def test_the_site_is_outside_of_peers():
    """A use through asyncio or websockets counts where the app made it."""
    ledger = Ledger()
    namespace = {"__name__": "websockets.helpers", "record": ledger.record}
    exec("def ask():\n    record('SLW301', 'open', 0)", namespace)
    namespace["ask"]()
    assert [use.file for use in ledger.counts] == [__file__]


def test_written_at_once(tmp_path):
    """A new site is in the file before the next line of the app runs."""
    ledger = Ledger(tmp_path / "uses.json")
    ledger.note(OPEN)
    assert load(tmp_path / "uses.json") == Report(Counter({OPEN: 1}), 1)


def test_counts_of_one_second_wait(tmp_path, monkeypatch):
    """Further uses are written together."""
    now = [100.0]
    monkeypatch.setattr(ledger_module.time, "monotonic", lambda: now[0])
    ledger = Ledger(tmp_path / "uses.json")
    for _ in range(5):
        ledger.note(OPEN)
    assert load(tmp_path / "uses.json").uses[OPEN] == 1
    now[0] += 1
    ledger.note(OPEN)
    assert load(tmp_path / "uses.json").uses[OPEN] == 6


WORKER = """
from sanic_legacy_ws.usage.ledger import Ledger, Use
ledger = Ledger(sys.argv[1])
for _ in range(3):
    ledger.note(Use("SLW301", "open", "app.py", 3))
"""


def test_processes_are_merged(tmp_path):
    """The counts of several processes add up, without a lock between them."""
    file = tmp_path / "uses.json"
    workers = [run(WORKER, file) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    for worker in workers:
        worker.stdout.close()
    assert load(file) == Report(Counter({OPEN: 9}), 3)


def test_a_killed_process_keeps_its_sites(tmp_path):
    """SIGKILL loses no site that was used."""
    file = tmp_path / "uses.json"
    worker = run(WORKER + "print('used', flush=True)\nsys.stdin.read() or input()", file)
    assert worker.stdout.readline().strip() == b"used"
    worker.send_signal(signal.SIGKILL)
    worker.wait(60)
    worker.stdout.close()
    assert list(load(file).uses) == [OPEN]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_counts_for_itself(tmp_path):
    """What the parent had counted is not counted again by its child."""
    file = tmp_path / "uses.json"
    code = WORKER + "import os\nif os.fork():\n    os.wait()\nelse:\n"
    code += "    ledger.note(Use('SLW301', 'open', 'app.py', 3))\n"
    worker = run(code, file)
    assert worker.wait(60) == 0
    worker.stdout.close()
    assert load(file) == Report(Counter({OPEN: 4}), 2)


def test_a_half_written_part_is_not_read(tmp_path):
    """A temporary file that was left behind is passed over."""
    file = tmp_path / "uses.json"
    Ledger(file).note(OPEN)
    (tmp_path / "uses.json.1-1.new").write_text("{")
    assert load(file) == Report(Counter({OPEN: 1}), 1)


@pytest.mark.parametrize("text", ["{}", "[]", "x", '{"format": 2, "uses": []}'])
def test_what_is_no_report(tmp_path, text):
    """Another file under the name is an error that says which."""
    (tmp_path / "uses.json").write_text(text)
    with pytest.raises(ValueError, match=r"uses\.json|xpect"):
        load(tmp_path / "uses.json")


def test_a_process_without_uses_writes_that(tmp_path):
    """An app that uses nothing old says so: a report without a file would say nothing."""
    Ledger(tmp_path / "uses.json").write()
    assert load(tmp_path / "uses.json") == Report(Counter(), 1)


def test_trying_out_leaves_nothing(tmp_path):
    """Before an app is served, writing is tried, in the folder that is asked for."""
    Ledger(tmp_path / "uses.json").try_out()
    assert os.listdir(tmp_path) == []
    with pytest.raises(OSError, match="nowhere"):
        Ledger(tmp_path / "nowhere" / "uses.json").try_out()


def test_a_report_that_cannot_be_written_any_more(tmp_path, caplog):
    """It is logged once and given up; who uses the old API does not notice, and warnings go on."""
    ledger = Ledger(tmp_path / "nowhere" / "uses.json", warn=True)
    with pytest.warns(LegacyWebSocketWarning, match="open"):
        ledger.note(OPEN)
    with pytest.warns(LegacyWebSocketWarning, match="open"):
        ledger.note(OPEN._replace(line=4))
    (record,) = caplog.records
    assert record.name == "sanic_legacy_ws"
    assert "nowhere" in record.getMessage()


def test_part_is_readable_json(tmp_path):
    """A part says its format and lists its uses."""
    Ledger(tmp_path / "uses.json").note(OPEN)
    (part,) = tmp_path.iterdir()
    entry = {"code": "SLW301", "name": "open", "file": "app.py", "line": 3, "count": 1}
    assert json.loads(part.read_text()) == {"format": 1, "uses": [entry]}


def test_warns_once_for_a_site():
    """The first use of a line warns there; later ones do not."""
    ledger = Ledger(warn=True)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(2):
            ledger.record("SLW301", "open", depth=0)
    (warning,) = seen
    assert warning.category is LegacyWebSocketWarning
    assert str(warning.message) == "open: open, closed and state (SLW301)"
    assert warning.filename == __file__


def test_warning_is_shown_by_default():
    """Python's default filters show it, unlike a DeprecationWarning."""
    code = "from sanic_legacy_ws.usage.ledger import *\nimport warnings\n"
    code += "print([f for f in warnings.filters if issubclass(LegacyWebSocketWarning, f[2])])"
    worker = run(code)
    assert worker.communicate(timeout=60)[0].strip() == b"[]"


def test_warning_as_an_error():
    """Where warnings are errors, each use raises, in the line that made it."""
    ledger = Ledger(warn=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(LegacyWebSocketWarning):
                ledger.record("SLW301", "open", depth=0)


@pytest.mark.parametrize("name", ["LEGACY_WS_REPORT", "LEGACY_WS_WARN"])
def test_configured(name, tmp_path):
    """Either setting makes a ledger."""
    assert configured({name: str(tmp_path / "x")}) is not None


def test_not_configured(monkeypatch):
    """Without a setting there is no ledger, and so nothing to pay."""
    monkeypatch.delenv("SANIC_LEGACY_WS_REPORT", raising=False)
    monkeypatch.delenv("SANIC_LEGACY_WS_WARN", raising=False)
    assert configured({}) is None


def test_configured_by_the_environment(monkeypatch, tmp_path):
    """The environment will do where Sanic does not read it."""
    monkeypatch.setenv("SANIC_LEGACY_WS_REPORT", str(tmp_path / "uses.json"))
    ledger = configured({})
    assert ledger is not None
    assert ledger.path == tmp_path / "uses.json"


def test_table_of_nothing():
    """Without uses, the report says so."""
    say = "0 sites, 4 processes: nothing that was used has to change.\n"
    assert table(Report(Counter(), 4)) == say


def test_table():
    """The most frequent use stands first; lines are counted once."""
    uses = Counter({OPEN: 2, Use("SLW303", "close_code", "app.py", 3): 10})
    assert table(Report(uses, 1)).splitlines() == [
        "uses  code    what        where",
        "  10  SLW303  close_code  app.py:3",
        "   2  SLW301  open        app.py:3",
        "1 site, 1 process: what still has to change.",
    ]
