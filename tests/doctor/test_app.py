"""Who serves an app: the doctor imports it, in processes of its own, and starts nothing."""

from __future__ import annotations

import sys

import pytest

from sanic_legacy_ws.doctor.app import examine
from sanic_legacy_ws.doctor.roundtrip import environment
from tests.support import sanic_version

OLD = """
from sanic import Sanic
from sanic.websocket import ConnectionClosed

app = Sanic("old")

@app.websocket("/chat", subprotocols=["a", "b"])
async def chat(request, ws): ...

@app.route("/page")
async def page(request): ...
"""

PLAIN = """
import sanic_legacy_ws
from sanic import Sanic

app = Sanic("plain")
app.config.WEBSOCKET_MAX_QUEUE = 64
app.config.WEBSOCKET_MAX_SIZE = 1000

class Mine(sanic_legacy_ws.WebSocketProtocol):
    pass

@app.websocket("/feed")
async def feed(request, ws): ...

if __name__ == "__main__":
    app.run(port=1, protocol=Mine)
"""

GUESTS = """
import sanic_legacy_ws
sanic_legacy_ws.install()
from sanic import Sanic
from sanic_legacy_ws.guests.base import GuestProtocol, guest

class Invited: ...

class Guests(GuestProtocol):
    guest = Invited

def create_app(*args):
    app = Sanic("guests")

    @app.websocket("/guest")
    @guest(Invited)
    async def handler(request, ws): ...

    return app

def main():
    create_app().run(protocol=Guests)
"""


@pytest.fixture
def app(tmp_path, monkeypatch):
    """`app(text)`: what is told of an app, by section and name."""
    monkeypatch.chdir(tmp_path)

    def told(text, reference="served:app", factory=False):
        (tmp_path / "served.py").write_text(text)
        sections = examine(reference, factory)
        return [
            {line.name: (line.state.name, line.says) for line in section.lines}
            for section in sections
        ]

    return told


def line_of(words, text):
    return text[: text.index(words)].count("\n") + 1


OURS = "this package (sanic_legacy_ws.server.protocol.WebSocketProtocol)"


def test_old_app(app):
    """An app that needs the old module: run serves it, and what else there is says why not."""
    ways, routes, _ = app(OLD)
    assert ways["sanic-legacy-ws run served:app"] == ("PLAIN", OURS)
    chat = next(says for path, (_, says) in routes.items() if path.startswith("/chat"))
    assert chat == "served.chat, subprotocols a, b"
    assert "/page" not in routes
    if sanic_version >= (21, 9) and sanic_version[:2] != (21, 12):
        state, says = ways["any other way"]
        assert state == "NOTE"
        assert "No module named 'sanic.websocket'" in says
        assert "call sanic_legacy_ws.install() first" in says


def test_each_way_to_start(app):
    """Without install(), Sanic serves by its own class, unless it is given another."""
    ways, _, _ = app(PLAIN)
    assert ways["sanic-legacy-ws run served:app"] == ("PLAIN", OURS)
    assert ways["sanic served:app"][1].startswith("Sanic's own (sanic.")
    assert ways["an ASGI server"] == ("PLAIN", "Sanic's own, for ASGI")
    given = "a subclass of this package's (served.Mine)"
    assert ways[f"protocol= at served.py:{line_of('protocol=', PLAIN)}"] == ("PLAIN", given)


def test_settings_and_where_they_come_from(app, monkeypatch):
    """The app, the environment, Sanic, or a default; and what Sanic's own object ignores."""
    monkeypatch.setenv("SANIC_WEBSOCKET_PING_INTERVAL", "7")
    _, _, settings = app(PLAIN)
    assert settings["WEBSOCKET_MAX_SIZE"] == ("PLAIN", "1000 (the app's config)")
    assert settings["WEBSOCKET_PING_TIMEOUT"] == ("PLAIN", "20 (default of Sanic)")
    assert settings["WEBSOCKET_TIMEOUT"] == ("PLAIN", "10 (default of this package)")
    says = settings["WEBSOCKET_PING_INTERVAL"][1]
    assert says == "7 (environment, SANIC_WEBSOCKET_PING_INTERVAL)"
    queue = ("PLAIN", "64 (the app's config)")
    if sanic_version >= (21, 9):
        queue = ("NOTE", f"{queue[1]}; Sanic's own object ignores it")
    assert settings["WEBSOCKET_MAX_QUEUE"] == queue


def test_guests(app):
    """A factory's app, a route's guest, and a protocol of guests."""
    ways, routes, _ = app(GUESTS, "served:create_app", factory=True)
    assert ways["sanic served:create_app"] == ("PLAIN", OURS)
    assert ways["an ASGI server"] == ("PLAIN", "this package, for ASGI")
    where = f"protocol= at served.py:{line_of('protocol=', GUESTS)}"
    assert ways[where][1].startswith("guests: served.Invited")
    assert "guest served.Invited" in routes["/guest"][1]
    cure = "sanic-legacy-ws run --protocol served:Guests served:create_app"
    assert ways["another protocol"][0] == "NOTE"
    assert cure in ways["another protocol"][1]


@pytest.mark.parametrize("reference", ["served.app", "served:app"])
def test_both_forms(app, reference):
    """A dot or a colon, as for Sanic's command."""
    ways, _, _ = app(PLAIN, reference)
    assert ways[f"sanic-legacy-ws run {reference}"] == ("PLAIN", OURS)


def test_a_setting_that_cannot_be_used(app):
    """Broken, with what it may be."""
    _, _, settings = app(PLAIN.replace("= 64", "= -1"))
    state, says = settings["WEBSOCKET_MAX_QUEUE"]
    assert state == "BROKEN"
    assert "whole number above 0" in says


@pytest.mark.parametrize(
    ("text", "reference", "said"),
    [
        ("app = 1", "served:app", "not a Sanic app"),
        ("1 / 0", "served:app", "ZeroDivisionError"),
        ("", "no_such_module:app", "No module named 'no_such_module'"),
        ("raise SystemExit('enough')", "served:app", "enough"),
    ],
)
def test_what_is_no_app(app, text, reference, said):
    """Broken, with the last line of what Python says."""
    (found,) = app(text, reference)
    state, says = found["app"]
    assert state == "BROKEN"
    assert said in says


def test_no_route(app):
    """An app without WebSockets is told so."""
    _, routes, _ = app("from sanic import Sanic\napp = Sanic('none')\n")
    assert routes == {"none": ("NOTE", "the app has no WebSocket route")}


def test_nothing_of_it_stays_here(app):
    """The app is not imported into the doctor's own process."""
    app(PLAIN)
    assert "served" not in sys.modules


UNGUARDED = "from sanic import Sanic\napp = Sanic('none')\napp.run(port=1)\n"


def test_an_app_that_starts_itself(app):
    """Nothing is started, and nobody's process group is killed; the rule is named."""
    (found,) = app(UNGUARDED)
    state, says = found["app"]
    assert state == "BROKEN"
    assert says.endswith("served.py, line 3); sanic-legacy-ws explain SLW606")


def test_where_an_app_fails(app, tmp_path):
    """A failure in the app's own code has its file and line."""
    (tmp_path / "helpers.py").write_text("def fail():\n    return 1 / 0\n")
    (found,) = app("import helpers\nhelpers.fail()\n")
    assert found["app"][1].endswith("helpers.py, line 2)")


@pytest.mark.skipif(sanic_version < (21, 12), reason="Sanic refuses it since 21.12")
def test_the_rule_of_a_failure(app):
    """What Sanic refuses leads to its rule."""
    (found,) = app("from sanic import Sanic\napp = Sanic('x')\napp.x = 1\n")
    assert found["app"][1].endswith("served.py, line 3); sanic-legacy-ws explain SLW601")


@pytest.mark.skipif(sanic_version < (23, 3), reason="Sanic refuses it since 23.3")
def test_routes_of_one_name(app):
    """An app that can be imported and will not start is not well."""
    text = "from sanic import Sanic\napp = Sanic('x')\n@app.websocket('/a')\n@app.websocket('/b')\n"
    _, routes, _ = app(f"{text}async def feed(request, ws): ...\n")
    state, says = routes["no start"]
    assert state == "BROKEN"
    assert "x.feed" in says
    assert "SLW604" in says


def test_the_operators_settings(monkeypatch):
    """They are for the app: a server of the doctor's own does not get them."""
    monkeypatch.setenv("SANIC_WEBSOCKET_MAX_SIZE", "5")
    assert "SANIC_WEBSOCKET_MAX_SIZE" in environment()
    assert "SANIC_WEBSOCKET_MAX_SIZE" not in environment(without="SANIC_")
