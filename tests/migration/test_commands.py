"""The commands, as they are typed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from sanic_legacy_ws.migration import formats
from sanic_legacy_ws.migration.__main__ import main
from sanic_legacy_ws.usage.ledger import Ledger, Use

ROOT = __file__.rpartition("tests")[0]
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
    assert err == "1 finding in 1 file\n"


def test_check_is_clean(app, capsys):
    """Without findings the status is 0."""
    assert main(["check", "--to", "shim", "app.py"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["nowhere"],
        ["--sanic", "soon"],
        ["--sanic", "22.4"],
        ["--select", "SLW3", "nowhere"],
        ["--select", "NOPE"],
        ["--ignore", "SLW301,SLW999"],
    ],
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


@pytest.fixture
def excluded(app):
    """The file named outright, as a hook names it, where the settings exclude it."""
    return ["check", "--to", "native", "--exclude", "app.py", str(app / "app.py")]


def test_a_file_named_outright_is_checked(excluded):
    """exclude is about what is found in folders."""
    assert main(excluded) == 1


def test_force_exclude(excluded):
    """--force-exclude is about files named outright as well."""
    assert main([*excluded, "--force-exclude"]) == 0


def test_add_ignores(app, capsys):
    """--add-ignores makes the next check green, and changes nothing else."""
    assert main(["check", "--to", "native", "--add-ignores"]) == 0
    assert (app / "app.py").read_text() == f"{OPEN.rstrip()}  # slw: ignore[SLW301]\n"
    assert main(["check", "--to", "native"]) == 0


def test_add_ignores_leaves_what_it_cannot(app, capsys):
    """What no comment can silence is printed, and the status is 1."""
    (app / "bad.py").write_text("import sanic\ndef (:\n")
    assert main(["check", "--to", "native", "--add-ignores"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("bad.py:2:")
    assert err == "1 finding silenced in 1 file\n"


def at_terminal(*argv):
    """What a command writes to a terminal."""
    pty = pytest.importorskip("pty")
    read, write = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment.update(TERM="xterm", PYTHONPATH=ROOT)
    command = [sys.executable, "-m", "sanic_legacy_ws", *argv]
    subprocess.run(command, stdout=write, stderr=write, env=environment, timeout=60, check=False)
    os.close(write)
    shown = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while True:
            shown += os.read(read, 4096)
    os.close(read)
    return shown.decode()


def test_check_at_a_terminal(app):
    """A terminal shows the line of code, what is wrong underlined, in colour."""
    shown = at_terminal("check", "--to", "native")
    plain = re.sub(r"\x1b\[[0-9;]*[mK]", "", shown).splitlines()
    assert "\x1b[31mSLW301" in shown
    framed = [line for line in plain if "|" in line]
    assert framed == ["   |", " 6 |     ws.open", "   |     ^^^^^^^"]


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_interrupted(app):
    """Ctrl+C ends a command without a traceback, with the status that shells expect."""
    os.mkfifo(app / "endless.py")  # who reads it waits
    command = [sys.executable, "-m", "sanic_legacy_ws", "check"]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    process = subprocess.Popen(
        command,
        cwd=app,
        stderr=subprocess.PIPE,
        env=environment,
        # What a shell starts in its background ignores it, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with open(app / "endless.py", "w"):  # it has opened it
        time.sleep(0.5)  # and waits in read(): a signal that comes just before is seen after it
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert said.strip() == "sanic-legacy-ws: interrupted"


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
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith("## SLW301: open, closed and state")
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 6, "startColumn": 5}


def test_sarif_links_to_the_site(app, capsys, monkeypatch):
    """A rule has the address of its page, where the installed package names a site."""
    monkeypatch.setattr(formats, "documentation", lambda: "https://docs.example")
    main(["check", "--to", "native", "--format", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://docs.example/reference/rules/slw301.html"


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
    assert lines[-1] == "1 site, 1 process: what still has to change."


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
    """fix --diff shows the change, writes nothing, and has status 1 as a check has."""
    pytest.importorskip("libcst")
    assert main(["fix", "--to", "native", "--unsafe", "--diff"]) == 1
    assert "-    ws.open\n+    (ws.ws_proto" in capsys.readouterr().out
    assert (app / "app.py").read_text() == OPEN


def test_fix_diff_of_nothing(app, capsys):
    """fix --diff has status 0 where nothing would change."""
    pytest.importorskip("libcst")
    assert main(["fix", "--to", "shim", "--diff"]) == 0


def test_fix_shows_how_far_it_is(app):
    """On a terminal, a bar counts the files; it makes room for each line that is printed."""
    pytest.importorskip("libcst")
    shown = at_terminal("fix", "--to", "native", "--unsafe")
    assert shown.endswith("app.py: rewritten\r\n\r\x1b[K")


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
