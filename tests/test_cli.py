"""`sanic-legacy-ws run`: as `sanic`, with no edit in the app; and the rest of the command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sanic_legacy_ws import __version__, cli
from tests.support import RawClient, running, sanic_version
from tests.support.reloading import touch_until
from tests.support.server import _package_root
from tests.support.versions import IF_EVERYTHING

# An app as it was on Sanic 20.12.
OLD = """
from sanic import Sanic
from sanic.response import text
from sanic.websocket import ConnectionClosed, WebSocketConnection, WebSocketProtocol

app = Sanic("old")

@app.route("/")
async def index(request):
    return text("VERSION")

@app.websocket("/feed")
async def feed(request, ws):
    assert ws.open
    await ws.send("VERSION of " + type(ws).__name__)
    try:
        await ws.recv()
    except ConnectionClosed:
        pass

def create_app(*args):
    return app
"""


def command(*arguments, module="sanic_legacy_ws", environment=()):
    """Run the command line and give its result."""
    path = {"PYTHONPATH": os.pathsep.join(_package_root())}
    environment = {**os.environ, **path, **dict(environment)}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        timeout=60,
        env=environment,
    )


@pytest.fixture
def old(tmp_path):
    """A folder with the old app, and the environment to import it from there."""
    (tmp_path / "old.py").write_text(OLD.replace("VERSION", "one"))
    return tmp_path


def on_path(folder):
    return {"PYTHONPATH": os.pathsep.join([str(folder), *_package_root()])}


def feed(server):
    """The first message of a WebSocket."""
    with RawClient(server) as client:
        client.handshake("/feed")
        message = client.receive_message()
        client.close()
    return message


@pytest.mark.parametrize("workers", [1, 2])
def test_unedited(old, workers):
    """An app that imports sanic.websocket is served, in every worker."""
    with running("old", way="cli", workers=workers, env=on_path(old)) as started:
        for _ in range(6):
            assert feed(started) == "one of SanicWebSocket"
        assert started.stop() == 0, started.log


@pytest.fixture
def two_processors():
    """No more processors than two for what is started, as --fast counts them."""
    available = os.sched_getaffinity(0)
    chosen = set(sorted(available)[:2])
    os.sched_setaffinity(0, chosen)
    yield len(chosen)
    os.sched_setaffinity(0, available)


def serves_ours(old, **options):
    """Assert that each worker of the command, started with these options, serves by ours."""
    with running("old", way="cli", env=on_path(old), single_process=False, **options) as started:
        for _ in range(6):
            assert feed(started) == "one of SanicWebSocket"
        assert started.stop() == 0, started.log


GUEST_APP = """
from sanic import Sanic
from sanic_legacy_ws.guests.wsproto import WsprotoProtocol

class Mine(WsprotoProtocol):
    __slots__ = ()

app = Sanic("guests")

@app.websocket("/feed")
async def feed(request, ws):
    await ws.send("VERSION of " + type(ws).__name__)
    await ws.recv()
"""
GUEST = "sanic_legacy_ws.guests.wsproto:WsprotoProtocol"


@pytest.mark.parametrize(
    ("protocol", "workers"),
    [
        (GUEST, 1),
        ("old:Mine", 2),
        pytest.param(GUEST, 2, marks=IF_EVERYTHING),
        pytest.param("old:Mine", 1, marks=IF_EVERYTHING),
    ],
)
def test_protocol_of_guests(old, workers, protocol):
    """`--protocol` names another class, a guest's or the app's own, for every worker."""
    pytest.importorskip("wsproto")
    (old / "old.py").write_text(GUEST_APP.replace("VERSION", "one"))
    options = ["--protocol", protocol]
    with running("old", way="cli", workers=workers, cli=options, env=on_path(old)) as started:
        for _ in range(6):
            assert feed(started) == "one of WsprotoWebSocket"
        assert started.stop() == 0, started.log


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("nowhere:Class", "No module named 'nowhere'"),
        ("sanic_legacy_ws:Nothing", "has no attribute 'Nothing'"),
        ("sanic_legacy_ws:State", "is not a protocol class"),
    ],
)
def test_protocol_that_is_none(old, protocol, said):
    """A class that cannot be served by is one line, and exit code 1."""
    done = command("run", "--protocol", protocol, "old:app", environment=on_path(old))
    assert done.returncode == 1
    assert said in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.skipif(sanic_version < (21, 12), reason="Sanic's command has --fast since 21.12")
def test_fast(old, two_processors):
    """`--fast`: a worker for each processor, all of them with ours."""
    serves_ours(old, workers=two_processors, cli=["--fast"])


@pytest.mark.skipif(
    not (22, 9) <= sanic_version < (23, 3), reason="Sanic 22.9 and 22.12 alone have --legacy"
)
@pytest.mark.parametrize("workers", [1, 2])
def test_legacy(old, workers):
    """`--legacy`: Sanic's server as it was before it had a manager."""
    serves_ours(old, workers=workers, cli=["--legacy"])


@pytest.mark.skipif(sanic_version < (21, 6), reason="Sanic's command has --factory since 21.6")
def test_app_factory(old):
    """`--factory` is Sanic's, and works."""
    with running("old:create_app", way="cli", cli=["--factory"], env=on_path(old)) as started:
        assert feed(started) == "one of SanicWebSocket"


@pytest.mark.skipif(sanic_version < (21, 6), reason="Sanic's command has --reload since 21.6")
def test_auto_reload(old):
    """A file changes: the new code is served, and WebSockets are still ours."""
    options = {"cli": ["--reload"], "env": on_path(old), "single_process": False}
    with running("old", way="cli", strict=False, **options) as started:
        assert feed(started) == "one of SanicWebSocket"
        (old / "old.py").write_text(OLD.replace("VERSION", "two"))
        touch_until(str(old / "old.py"), lambda: answer(started) == b"two")
        assert feed(started) == "two of SanicWebSocket"


@pytest.mark.skipif(sanic_version < (21, 6), reason="Sanic's command has --reload since 21.6")
def test_protocol_of_guests_and_reload(old):
    """A file changes: the new code is served by the class that `--protocol` named."""
    pytest.importorskip("wsproto")
    text = GUEST_APP + OLD[OLD.index("@app.route") : OLD.index("@app.websocket")]
    text = text.replace("import Sanic\n", "import Sanic\nfrom sanic.response import text\n")
    (old / "old.py").write_text(text.replace("VERSION", "one"))
    options = {"cli": ["--reload", "--protocol", "old:Mine"], "single_process": False}
    with running("old", way="cli", strict=False, env=on_path(old), **options) as started:
        assert feed(started) == "one of WsprotoWebSocket"
        (old / "old.py").write_text(text.replace("VERSION", "two"))
        touch_until(str(old / "old.py"), lambda: answer(started) == b"two")
        assert feed(started) == "two of WsprotoWebSocket"


def answer(server):
    try:
        with RawClient(server) as client:
            return client.request("/", headers=[("Connection", "close")]).body
    except OSError:  # between two processes
        return None
    except EOFError:
        return None


@pytest.mark.parametrize("workers", ["1", "2"])
def test_setting_that_cannot_be_used(old, workers):
    """The command says which, before it starts anything, and its exit code is not 0."""
    bad = {"SANIC_WEBSOCKET_MAX_QUEUE": "many", "PYTHONPATH": on_path(old)["PYTHONPATH"]}
    ended = command("run", "old:app", "--port", "1", "--workers", workers, environment=bad)
    assert ended.returncode == 1
    says = "WEBSOCKET_MAX_QUEUE must be a whole number above 0, or 0 for no limit, not 'many'"
    assert ended.stderr.splitlines()[-1].decode() == f"sanic-legacy-ws run: {says}"
    assert b"Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--nonsense", "basic:app"]])
def test_as_sanic(arguments):
    """Help and complaints are Sanic's own, and so is the exit code."""
    ours, theirs = command("run", *arguments), command(*arguments, module="sanic")
    assert ours.returncode == theirs.returncode
    assert ours.stdout.splitlines()[-3:] == theirs.stdout.splitlines()[-3:]


@pytest.mark.parametrize("app", ["no_such_module:app", "json:no_such_name", "json:loads"])
def test_an_app_that_is_not_there(app):
    """The exit code is 1, also where Sanic's is 0, and the name is in what is said."""
    ended = command("run", app, "--port", "1")
    assert ended.returncode == 1
    assert app.partition(":")[0].encode() in ended.stdout + ended.stderr


def test_version(capsys):
    """`--version` is that of the package."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_help(capsys):
    """The commands are listed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out
    for name in ("run", "demo", "doctor", "check", "fix", "explain", "rules", "report"):
        assert name in listed


def test_no_arguments(capsys):
    """The command alone shows its help."""
    assert cli.main([]) == 0
    assert "usage: sanic-legacy-ws" in capsys.readouterr().out


def test_wrong_arguments(capsys):
    """Exit code 2, and how to use it."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["nonsense"])
    assert ended.value.code == 2
    assert "usage: sanic-legacy-ws" in capsys.readouterr().err


def test_who_reads_has_enough():
    """A pipe that is closed early, as by `head`, is no error to tell of."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(_package_root())}
    command = [sys.executable, "-m", "sanic_legacy_ws", "rules"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, timeout=60, env=environment
        )
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode == cli.ENOUGH


def test_demo_help(capsys):
    """The demo has arguments of its own."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["demo", "--help"])
    assert ended.value.code == 0
    assert "--port" in capsys.readouterr().out
