"""The commands, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sanic_legacy_ws.migration.__main__ import main
from sanic_legacy_ws.usage.ledger import Ledger, Use

OPEN = """\
from sanic import Sanic
app = Sanic("a")

@app.websocket("/")
async def f(request, ws):
    ws.open
"""


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A folder with one file in which there is one finding, as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(OPEN)
    return tmp_path


def test_check_finds(app, capsys):
    """Findings go to stdout, one a line, and the status is 1."""
    assert main(["check", "--to", "native"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("app.py:6:5: SLW301 ")
    assert err == "1 finding in 1 files\n"


def test_check_is_clean(app, capsys):
    """Without findings the status is 0."""
    assert main(["check", "--to", "shim", "app.py"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "argv", [["nowhere"], ["--sanic", "soon"], ["--select", "SLW3", "nowhere"]]
)
def test_check_called_wrongly(app, capsys, argv):
    """A wrong call says why, and the status is 2."""
    assert main(["check", *argv]) == 2
    assert capsys.readouterr().err.startswith("sanic-legacy-ws: ")


def test_an_unknown_option(app):
    """What argparse refuses has status 2 as well."""
    with pytest.raises(SystemExit) as exit_:
        main(["check", "--colour"])
    assert exit_.value.code == 2


def test_codes_may_be_listed_with_commas(app, capsys):
    """--select and --ignore take several codes."""
    assert main(["check", "--to", "native", "--ignore", "SLW2,SLW301"]) == 0


def test_statistics(app, capsys):
    """--statistics counts by rule."""
    main(["check", "--to", "native", "--statistics"])
    assert capsys.readouterr().out == "     1  SLW301  open, closed and state\n"


def test_json(app, capsys):
    """--format json is a list of findings, and nothing else."""
    main(["check", "--to", "native", "--format", "json"])
    out, err = capsys.readouterr()
    (finding,) = json.loads(out)
    assert err == ""
    assert finding["path"] == "app.py"
    assert (finding["line"], finding["column"], finding["end_column"]) == (6, 5, 12)
    assert (finding["code"], finding["confidence"], finding["fix"]) == (
        "SLW301",
        "certain",
        "unsafe",
    )


def test_github(app, capsys):
    """--format github gives workflow commands."""
    main(["check", "--to", "native", "--format", "github"])
    out = capsys.readouterr().out
    assert out.startswith("::warning file=app.py,line=6,col=5,title=SLW301::Sanic's own websocket")


def test_sarif(app, capsys):
    """--format sarif is SARIF 2.1.0, its results pointing at rules it declares."""
    main(["check", "--to", "native", "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["SLW301"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 6, "startColumn": 5}


def test_explain(capsys):
    """explain prints the rule's section, in whatever case the code is typed."""
    assert main(["explain", "slw401"]) == 0
    assert "## SLW401: wait_for(ws.recv())" in capsys.readouterr().out


def test_explain_an_unknown_code(capsys):
    """A code that is none is a wrong call."""
    assert main(["explain", "SLW999"]) == 2


def test_rules(capsys):
    """rules lists those of a direction."""
    main(["rules", "--to", "shim"])
    out = capsys.readouterr().out
    assert "SLW101" in out
    assert "SLW301" not in out


def test_report(tmp_path, capsys):
    """report prints uses and counts the sites."""
    file = tmp_path / "uses.json"
    ledger = Ledger(file)
    ledger.note(Use("SLW301", "open", "app.py", 3))
    ledger.note(Use("SLW301", "open", "app.py", 3))
    ledger.save()
    assert main(["report", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["2", "SLW301", "open", "app.py:3"]
    assert lines[-1] == "1 site, 1 process: what still holds the app back."


def test_report_of_nothing(tmp_path, capsys):
    """The end of the way can be reached: an app that used nothing old has status 0."""
    file = tmp_path / "uses.json"
    Ledger(file).write()
    assert main(["report", str(file)]) == 0
    assert capsys.readouterr().out.startswith("0 sites, 1 process")


def test_report_without_a_file(tmp_path, capsys):
    """A report that was never written is a wrong call."""
    assert main(["report", str(tmp_path / "none.json")]) == 2


def test_fix(app, capsys):
    """fix rewrites files and names them."""
    pytest.importorskip("libcst")
    assert main(["fix", "--to", "native", "--unsafe"]) == 0
    assert capsys.readouterr().out == "app.py: rewritten\n"
    assert 'ws.ws_proto.state.name == "OPEN"' in (app / "app.py").read_text()


def test_fix_diff(app, capsys):
    """fix --diff shows the change and writes nothing."""
    pytest.importorskip("libcst")
    assert main(["fix", "--to", "native", "--unsafe", "--diff"]) == 0
    assert "-    ws.open\n+    (ws.ws_proto" in capsys.readouterr().out
    assert (app / "app.py").read_text() == OPEN


def test_fix_needs_libcst(app, capsys, monkeypatch):
    """Without libcst, fix says what to install."""
    monkeypatch.setitem(sys.modules, "libcst", None)
    for name in [n for n in sys.modules if n.startswith("sanic_legacy_ws.migration.fix")]:
        monkeypatch.delitem(sys.modules, name)
    import sanic_legacy_ws.migration as package

    monkeypatch.delattr(package, "fixer", raising=False)
    assert main(["fix"]) == 2
    assert "sanic-legacy-ws[migrate]" in capsys.readouterr().err


def test_check_needs_neither_sanic_nor_libcst(app):
    """The checker imports nothing but the standard library."""
    script = (
        "import sys\nfrom sanic_legacy_ws.migration.__main__ import main\n"
        "main(['check', '--to', 'native'])\n"
        "print(sorted({'sanic', 'websockets', 'libcst'} & set(sys.modules)))\n"
    )
    root = __file__.rpartition("tests")[0]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{script}"],
        stdout=subprocess.PIPE,
        cwd=app,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == b"[]"
