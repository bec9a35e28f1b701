"""The fixer rewrites what it is sure of, and leaves everything else as it is."""

from __future__ import annotations

import ast

import pytest

pytest.importorskip("libcst")

from sanic_legacy_ws.migration.fixer import Options, fix, fix_source
from sanic_legacy_ws.migration.model import Direction, Release
from sanic_legacy_ws.migration.settings import Settings
from tests.migration.test_rules import cases, settings

NATIVE = Settings(to=Direction.NATIVE)
SHIM = Settings(to=Direction.SHIM)
RAISE = Settings(to=Direction.SHIM, on_disconnect="raise")
PLAIN = Options(todo=False)
UNSAFE = Options(unsafe=True, todo=False)
HEAD = "import asyncio\n\nfrom sanic import Sanic\n\napp = Sanic('a')\n\n\n"
HANDLER = HEAD + "@app.websocket('/')\nasync def f(request, ws):\n"


def body(line, options=PLAIN, settings=NATIVE):
    """The handler's lines after ``line`` was fixed in it."""
    fixed = fix_source(f"{HANDLER}    {line}\n", settings, options)
    return [text.strip() for text in fixed.partition("(request, ws):\n")[2].splitlines()]


@pytest.mark.parametrize(
    "lines",
    [
        "peer = ws\n    _, peer = await asyncio.open_connection()\n    await peer.wait_closed()",
        "with open('x') as ws:\n        await ws.wait_closed()",
        "for ws in request.args:\n        await ws.wait_closed()",
        "async def g(ws):\n        await ws.wait_closed()\n    await g(ws)",
        "try:\n        pass\n    except OSError as ws:\n        await ws.wait_closed()",
        "import ws\n    await ws.wait_closed()",
    ],
)
def test_never_guesses(lines):
    """What may be something else than a websocket is left to --unsafe."""
    source = f"{HANDLER}    {lines}\n"
    assert fix_source(source, NATIVE, PLAIN) == source
    assert "wait_for_connection_lost" in fix_source(source, NATIVE, UNSAFE)


def test_a_name_that_begins_with_none():
    """A name that is None until it is a websocket is nothing else."""
    assert body("peer = None\n    peer = ws\n    await peer.wait_closed()")[-1] == (
        "await peer.wait_for_connection_lost()"
    )


def test_removed_module_to_native():
    """Each name goes to its own home."""
    source = "from sanic.websocket import ConnectionClosed, WebSocketProtocol  # old\n"
    assert fix_source(source, NATIVE, PLAIN) == (
        "from websockets.exceptions import ConnectionClosed  # old\n"
        "from sanic.server.protocols.websocket_protocol import WebSocketProtocol  # old\n"
    )


def test_removed_module_to_shim():
    """A name that is another there keeps the name it had in the file."""
    source = "from sanic.websocket import WebSocketCommonProtocol\n"
    fixed = "from sanic_legacy_ws import LegacyWebSocket as WebSocketCommonProtocol\n"
    assert fix_source(source, SHIM, PLAIN) == fixed


def test_removed_module_and_install():
    """What failed loudly does not become Sanic's own object in silence."""
    source = (
        "import asyncio\nfrom sanic import Sanic\nfrom sanic.websocket import ConnectionClosed\n\n"
        "app = Sanic('a')\n"
    )
    assert fix_source(source, SHIM, PLAIN) == (
        "import asyncio\nfrom sanic import Sanic\n"
        "from websockets.exceptions import ConnectionClosed\nimport sanic_legacy_ws\n\n"
        "sanic_legacy_ws.install()\napp = Sanic('a')\n"
    )


def test_install_brings_the_module_back():
    """An app that takes sanic.websocket from the package needs no more than install()."""
    source = "import sanic\n\napp = sanic.Sanic('a')\nclosed = sanic.websocket.ConnectionClosed\n"
    assert fix_source(source, Settings(), Options()) == (
        "import sanic\nimport sanic_legacy_ws\n\nsanic_legacy_ws.install()\n"
        "app = sanic.Sanic('a')\nclosed = sanic.websocket.ConnectionClosed\n"
    )


@pytest.mark.parametrize("first", ["app.py", "zoo.py"])
def test_install_stands_where_the_app_is_made(tmp_path, first):
    """Whichever file is rewritten first, the one that makes the app calls install(), once."""
    other = "zoo.py" if first == "app.py" else "app.py"
    (tmp_path / first).write_text("from sanic.websocket import ConnectionClosed\n")
    (tmp_path / other).write_text(
        "from sanic import Sanic\n\n\ndef make():\n    return Sanic('a')\n"
    )
    for _ in range(2):
        list(fix([str(tmp_path)], SHIM, Options()))
    assert (tmp_path / other).read_text() == (
        "from sanic import Sanic\nimport sanic_legacy_ws\n\n\n"
        "sanic_legacy_ws.install()\ndef make():\n    return Sanic('a')\n"
    )


ASYNC_FOR = (
    "try:\n        async for message in ws:\n            print(message)\n"
    "    except asyncio.CancelledError:\n        print('gone')"
)


def test_cancelled_around_async_for():
    """What --unsafe writes runs at a goodbye, which ends the loop, and at a reset."""
    assert body(ASYNC_FOR, UNSAFE, RAISE) == [
        "try:",
        "async for message in ws:",
        "print(message)",
        "except (asyncio.CancelledError, ConnectionClosed):",
        "print('gone')",
        "else:",
        "print('gone')",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ASYNC_FOR.replace("print(message)", "break"),
        ASYNC_FOR.replace("print('gone')", "print('gone')\n        raise"),
        ASYNC_FOR.replace("CancelledError:", "CancelledError as e:"),
        ASYNC_FOR.replace("    except", "        print('more')\n    except", 1),
    ],
)
def test_cancelled_around_async_for_by_hand(lines):
    """Where the same lines in else would do something else, a person decides."""
    source = f"{HANDLER}    {lines}\n"
    assert fix_source(source, RAISE, UNSAFE) == source


def test_common_protocol():
    """Only the class moves; what is imported beside it stays."""
    source = "from websockets import ConnectionClosed, WebSocketCommonProtocol as WS\n"
    assert fix_source(source, NATIVE, PLAIN) == (
        "from websockets import ConnectionClosed\nfrom sanic import Websocket as WS\n"
    )


def test_common_protocol_that_is_more_than_a_hint():
    """A class that is called or subclassed is left alone."""
    source = "from websockets import WebSocketCommonProtocol\nx = WebSocketCommonProtocol()\n"
    assert fix_source(source, NATIVE, UNSAFE) == source


def test_except_gets_the_other_exception():
    """except ConnectionClosed catches WebsocketClosed as well, which is imported."""
    source = (
        f"{HANDLER}    try:\n        await ws.send('x')\n"
        "    except  ConnectionClosed as gone:  # bye\n        print(gone)\n"
    ).replace("\n\n", "\n\nfrom websockets import ConnectionClosed\n", 1)
    fixed = fix_source(source, NATIVE, PLAIN)
    assert "    except (ConnectionClosed, WebsocketClosed) as gone:  # bye\n" in fixed
    assert "from sanic.exceptions import WebsocketClosed\n" in fixed


def test_except_of_several():
    """A tuple gets one more."""
    source = (
        f"{HANDLER}    try:\n        await ws.send('x')\n"
        "    except (OSError, ConnectionClosed):\n        pass\n"
    ).replace("\n\n", "\n\nfrom websockets import ConnectionClosed\n", 1)
    fixed = fix_source(source, NATIVE, PLAIN)
    assert "    except (OSError, ConnectionClosed, WebsocketClosed):\n" in fixed


def test_except_is_left_for_a_sanic_without_the_exception():
    """WebsocketClosed is not imported where the oldest Sanic lacks it."""
    source = (
        f"{HANDLER}    try:\n        await ws.send('x')\n"
        "    except ConnectionClosed:\n        pass\n"
    ).replace("\n\n", "\n\nfrom websockets import ConnectionClosed\n", 1)
    assert fix_source(source, Settings(to=Direction.NATIVE, sanic=Release(21, 6)), UNSAFE) == source


def test_except_that_would_spin_is_left_alone():
    """Where the loop goes on, catching WebsocketClosed would make recv() raise for ever."""
    source = (
        f"{HANDLER}    while True:\n        try:\n            await ws.send(await ws.recv())\n"
        "        except ConnectionClosed:\n            pass\n"
    ).replace("\n\n", "\n\nfrom websockets import ConnectionClosed\n", 1)
    assert fix_source(source, NATIVE, UNSAFE) == source


def test_suppress():
    """suppress(ConnectionClosed) suppresses both."""
    source = (
        f"{HANDLER}    with contextlib.suppress(ConnectionClosed):\n        await ws.send('x')\n"
    ).replace("\n\n", "\n\nimport contextlib\nfrom websockets import ConnectionClosed\n", 1)
    assert "suppress(ConnectionClosed, WebsocketClosed):" in fix_source(source, NATIVE, PLAIN)


def test_wait_for():
    """A timeout around recv() becomes recv(timeout), and is still a TimeoutError."""
    assert body("message = await asyncio.wait_for(ws.recv(), timeout=2 * 5)  # wait") == [
        "message = await ws.recv(timeout=2 * 5)  # wait",
        "if message is None:",
        "raise asyncio.TimeoutError",
    ]


def test_wait_for_inside_an_expression_stays():
    """What cannot be rewritten exactly is left alone."""
    line = "print(await asyncio.wait_for(ws.recv(), 5))"
    assert body(line, UNSAFE) == [line]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await ws.wait_closed()", "await ws.wait_for_connection_lost()"),
        ("print(ws.connection.state)", "print(ws.ws_proto.state)"),
        ("await ws.send(['a', 'b'])", "await ws.send(\"\".join(['a', 'b']))"),
        ("await ws.send([b'a'])", "await ws.send(b\"\".join([b'a']))"),
        ("print(ws.request_headers)", "print(request.headers)"),
    ],
)
def test_safe(before, after):
    """These need no second look."""
    assert body(before) == [after]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if not ws.open: pass", 'if not (ws.ws_proto.state.name == "OPEN"): pass'),
        ("while not ws.closed: pass", 'while not (ws.ws_proto.state.name == "CLOSED"): pass'),
        ("print(ws.state, ws.close_code)", "print(ws.ws_proto.state, ws.ws_proto.close_code)"),
        ("print(ws.remote_address)", "print((request.ip, request.port))"),
    ],
)
def test_unsafe(before, after):
    """These are rewritten only when asked for."""
    assert body(before) == [before]
    assert body(before, UNSAFE) == [after]


def test_the_inner_connection_of_an_older_sanic():
    """Before 22.12 it has another name."""
    old = Settings(to=Direction.NATIVE, sanic=Release(22, 3))
    assert body("print(ws.close_code)", UNSAFE, old) == ["print(ws.connection.close_code)"]


def test_settings_without_effect_go():
    """A dropped setting goes; one with a comment stays, for somebody to read."""
    source = f"{HEAD}app.config.WEBSOCKET_MAX_QUEUE = 3\napp.config.DEBUG = 1\n"
    assert fix_source(source, NATIVE, PLAIN) == f"{HEAD}app.config.DEBUG = 1\n"
    source = f"{HEAD}app.config.WEBSOCKET_MAX_QUEUE = 3  # why\n"
    assert fix_source(source, NATIVE, PLAIN) == source


def test_protocol_goes_with_its_import():
    """run(protocol=...) goes, and the import that nothing else uses."""
    source = f"from sanic.websocket import WebSocketProtocol\n{HEAD}"
    source += "def run():\n    app.run(port=1, protocol=WebSocketProtocol)\n"
    assert fix_source(source, NATIVE, PLAIN) == f"{HEAD}def run():\n    app.run(port=1)\n"


def test_cancelled_error_to_shim():
    """except CancelledError catches ConnectionClosed as well."""
    lines = (
        "    try:\n        await ws.recv()\n    except asyncio.CancelledError:\n        print(1)\n"
    )
    fixed = fix_source(HANDLER + lines, RAISE, UNSAFE)
    assert "except (asyncio.CancelledError, ConnectionClosed):" in fixed
    assert "from websockets.exceptions import ConnectionClosed\n" in fixed


def test_todo_comments():
    """What is left gets a comment above its statement, indented like it."""
    source = f"{HANDLER}    if ws.open:\n        print(\n            ws.transport\n        )\n"
    fixed = fix_source(source, NATIVE, Options())
    assert "    # TODO SLW301: " in fixed
    assert "        # TODO SLW304: " in fixed
    assert fixed.index("TODO SLW304") < fixed.index("print(")


def test_todo_of_a_decorator_and_a_clause():
    """Decorators and clauses are commented where they stand."""
    source = (
        f"{HEAD}@app.websocket('/', subprotocols=['a', 'b'])\nasync def f(request, ws):\n"
        "    try:\n        await ws.recv()\n    except Exception:\n        return stop()\n"
    )
    lines = fix_source(source, NATIVE, Options()).splitlines()
    assert lines[lines.index("@app.websocket('/', subprotocols=['a', 'b'])") - 1].startswith(
        "# TODO"
    )
    assert lines[lines.index("    except Exception:") - 1].startswith("    # TODO SLW203")


@pytest.mark.parametrize(("code", "to", "source"), list(cases("FINDS")))
def test_idempotent(code, to, source):
    """Fixing what is fixed changes nothing, for every case of every rule."""
    for options in (UNSAFE, Options()):
        once = fix_source(source, settings(to, ""), options)
        ast.parse(once)
        assert fix_source(once, settings(to, ""), options) == once


@pytest.mark.parametrize(("code", "to", "source"), list(cases("SILENT")))
def test_leaves_what_is_in_order(code, to, source):
    """Without a finding of its own direction, no byte changes."""
    assert fix_source(source, settings(to, code), Options(unsafe=True)) == source


def write(folder, data):
    path = folder / "app.py"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("bom", "encoding"), [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"", "latin-1")]
)
def test_encoding_and_newlines_stay(tmp_path, newline, bom, encoding):
    """Bytes around what is fixed stay as they are."""
    text = f"# coding: {encoding}\n# \xe9\n{HANDLER}    await ws.wait_closed()\t# \xe9\n    ws.open"
    data = bom + text.replace("\n", newline).encode(encoding)
    path = write(tmp_path, data)
    list(fix([str(path)], NATIVE, PLAIN))
    assert path.read_bytes() == data.replace(b"wait_closed", b"wait_for_connection_lost")


def test_todo_in_a_file_with_crlf(tmp_path):
    """A comment ends as the lines of its file do."""
    path = write(tmp_path, f"{HANDLER}    ws.transport\n".replace("\n", "\r\n").encode())
    list(fix([str(path)], NATIVE, Options()))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == 11


def test_permissions_stay(tmp_path):
    """A script stays executable."""
    path = write(tmp_path, f"{HANDLER}    await ws.wait_closed()\n".encode())
    path.chmod(0o755)
    list(fix([str(path)], NATIVE, PLAIN))
    assert path.stat().st_mode & 0o777 == 0o755
    assert [p.name for p in tmp_path.iterdir()] == ["app.py"]


def test_a_file_that_does_not_parse_is_left_alone(tmp_path):
    """It is named, with what is wrong, and not touched."""
    path = write(tmp_path, b"import sanic\ndef (:\n")
    (outcome,) = fix([str(path)], NATIVE, PLAIN)
    assert "left alone" in outcome.line
    assert path.read_bytes() == b"import sanic\ndef (:\n"


def test_diff_writes_nothing(tmp_path):
    """Options(write=False) gives the diff alone."""
    source = f"{HANDLER}    await ws.wait_closed()\n".encode()
    path = write(tmp_path, source)
    (outcome,) = fix([str(path)], NATIVE, Options(write=False))
    assert "+    await ws.wait_for_connection_lost()" in outcome.diff
    assert path.read_bytes() == source


def test_fixes_what_another_module_hands_over(tmp_path):
    """Fixing follows the websocket from file to file, as checking does."""
    main = (
        HEAD + "from helpers import look\n\n@app.websocket('/')\nasync def f(r, s):\n    look(s)\n"
    )
    (tmp_path / "main.py").write_text(main)
    (tmp_path / "helpers.py").write_text(
        "# websocket\nasync def look(x):\n    await x.wait_closed()\n"
    )
    list(fix([str(tmp_path)], NATIVE, UNSAFE))
    assert "wait_for_connection_lost" in (tmp_path / "helpers.py").read_text()
