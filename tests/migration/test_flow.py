"""The checker knows which values are websockets."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.checker import check, check_source
from sanic_legacy_ws.migration.model import Confidence, Direction
from sanic_legacy_ws.migration.settings import Settings

NATIVE = Settings(to=Direction.NATIVE, select=("SLW301",))
APP = 'from sanic import Sanic\n\napp = Sanic("app")\n\n'
HANDLER = APP + '@app.websocket("/")\nasync def handler(request, ws):\n    '


def confidences(source):
    return [finding.confidence for finding in check_source(source, NATIVE)]


REACHED = {
    "a handler's second parameter": HANDLER + "ws.open",
    "a blueprint's handler": (
        "from sanic import Blueprint\nbp = Blueprint('b')\n\n"
        "@bp.websocket('/')\nasync def handler(request, sock):\n    sock.open"
    ),
    "add_websocket_route": (
        APP + "async def feed(request, sock):\n    sock.open\n\napp.add_websocket_route(feed, '/')"
    ),
    "add_websocket_route by keyword": (
        APP + "async def feed(r, s):\n    s.open\n\napp.add_websocket_route(uri='/', handler=feed)"
    ),
    "a partial handler": (
        "import functools\n" + APP + "async def feed(db, request, s):\n    s.open\n\n"
        "app.add_websocket_route(functools.partial(feed, 1), '/')"
    ),
    "an instance with __call__": (
        APP + "class Feed:\n    async def __call__(self, request, s):\n        s.open\n\n"
        "app.add_websocket_route(Feed(), '/')"
    ),
    "a bound method": (
        APP + "class Feed:\n    def add(self):\n        app.add_websocket_route(self.feed, '/')\n\n"
        "    async def feed(self, request, s):\n        s.open"
    ),
    "a handler decorated inside a method": (
        "import sanic\n\nclass Server:\n    def routes(self, app):\n        @app.websocket('/')\n"
        "        async def feed(request, s):\n            s.open"
    ),
    "an annotation": "from sanic import Websocket\n\nasync def feed(s: Websocket):\n    s.open",
    "a string annotation": (
        "from sanic import Websocket\n\nasync def feed(s: 'Websocket | None'):\n    s.open"
    ),
    "an annotated collection": (
        "from typing import Dict, Set\nfrom sanic import Websocket\n\n"
        "rooms: Dict[str, Set[Websocket]] = {}\n\n"
        "def tell(name):\n    for s in rooms[name]:\n        s.open"
    ),
    "a route by getattr": (
        APP + "async def feed(request, s):\n    s.open\n\ngetattr(app, 'websocket')('/')(feed)"
    ),
    "a decorator that says the kind of route": (
        "from sanic import Sanic\nfrom .rules import rule\n\nclass Server:\n"
        "    @rule('websocket', '/feed')\n    async def feed(self, request, s):\n        s.open"
    ),
    "a handshake": (
        "async def feed(self, protocol, request):\n"
        "    self.s = await protocol.websocket_handshake(request)\n    self.s.open"
    ),
    "assignment": HANDLER + "other = ws\n    other.open",
    "a walrus": HANDLER + "print((other := ws))\n    other.open",
    "a parameter of a called function": (
        APP + "def look(s):\n    s.open\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    look(ws)"
    ),
    "a keyword parameter": (
        APP
        + "def look(*, s):\n    s.open\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    look(s=ws)"
    ),
    "what a function returns": (
        APP + "def same(s):\n    return s\n\n@app.websocket('/')\n"
        "async def handler(request, ws):\n    same(ws).open"
    ),
    "self.ws": (
        APP + "class Session:\n    def __init__(self, s):\n        self.s = s\n\n"
        "    def look(self):\n        self.s.open\n\n@app.websocket('/')\n"
        "async def handler(request, ws):\n    Session(ws).look()"
    ),
    "an attribute of a base class": (
        APP
        + "class Base:\n    def __init__(self, s):\n        self.s = s\n\nclass Session(Base):\n"
        "    def look(self):\n        self.s.open\n\n@app.websocket('/')\n"
        "async def handler(request, ws):\n    Session(ws).look()"
    ),
    "a dataclass field": (
        "import dataclasses\n" + APP + "@dataclasses.dataclass\nclass Session:\n    s: object\n\n"
        "    def look(self):\n        self.s.open\n\n@app.websocket('/')\n"
        "async def handler(request, ws):\n    Session(ws).look()"
    ),
    "an attribute of another object": (
        APP + "class Session:\n    def __init__(self, s):\n        self.s = s\n\n"
        "@app.websocket('/')\nasync def handler(request, ws):\n    session = Session(ws)\n"
        "    session.s.open"
    ),
    "a loop over a set": (
        APP + "seen = set()\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen.add(ws)\n    for s in list(seen):\n        s.open"
    ),
    "a comprehension": (
        APP + "seen = []\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen.append(ws)\n    return [s for s in seen if s.open]"
    ),
    "the values of a dict": (
        APP + "seen = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen['x'] = ws\n    for s in seen.values():\n        s.open"
    ),
    "the items of a dict": (
        APP + "seen = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen['x'] = ws\n    for name, s in seen.items():\n        s.open"
    ),
    "the keys of a dict": (
        APP + "seen = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen[ws] = 1\n    for s in seen:\n        s.open"
    ),
    "a set inside a dict": (
        APP + "rooms = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    rooms.setdefault('x', set()).add(ws)\n    for s in rooms['x']:\n        s.open"
    ),
    "a record": (
        APP + "users = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    users['x'] = {'ws': ws, 'name': 'x'}\n    for user in users.values():\n"
        "        user['ws'].open"
    ),
    "a pair in a list": (
        APP + "seen = []\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen.append((ws, 1))\n    for s, _ in seen:\n        s.open"
    ),
    "a partial": (
        "from functools import partial\n" + APP + "def look(s, why):\n    s.open\n\n"
        "@app.websocket('/')\nasync def handler(request, ws):\n    partial(look, ws)"
    ),
    "a global": (
        APP + "last = None\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    global last\n    last = ws\n\ndef look():\n    last.open"
    ),
}

UNKNOWN = {
    "another key of a record": (
        APP + "users = {}\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    users['x'] = {'ws': ws, 'shop': 1}\n    for user in users.values():\n"
        "        user['shop'].open"
    ),
    "the other half of a pair": (
        APP + "seen = []\n\n@app.websocket('/')\nasync def handler(request, ws):\n"
        "    seen.append((ws, 1))\n    for _, shop in seen:\n        shop.open"
    ),
    "a handler of FastAPI": (
        "from fastapi import FastAPI\napp = FastAPI()\n\n@app.websocket('/')\n"
        "async def handler(websocket, item):\n    item.open"
    ),
    "a handler of Quart": (
        "from quart import Quart\napp = Quart('a')\n\n@app.websocket('/')\n"
        "async def handler(one, two):\n    two.open"
    ),
    "a websocket of aiohttp": (
        "import aiohttp, sanic\n\nasync def feed(ws: aiohttp.WebSocketResponse):\n    ws.open"
    ),
    "a client of websockets": (
        "import sanic, websockets\n\nasync def feed(ws):\n    ws.open\n\nwebsockets.connect('ws://x')"
    ),
    "a handler of websockets' server": (
        "import sanic\nfrom websockets import ConnectionClosed\n\n"
        "async def feed(websocket, path):\n    websocket.open"
    ),
    "what a class makes itself": (
        "import sanic\nfrom websockets import ConnectionClosed\nfrom .gateway import connect\n\n"
        "class Gateway:\n    async def start(self):\n        self.ws = await connect()\n"
        "        self.ws.open"
    ),
    "a decorator that says something else": (
        "from sanic import Sanic\nfrom .rules import rule\n\n"
        "@rule('get', '/feed')\nasync def feed(request, s):\n    s.open"
    ),
    "a name of another scope": HANDLER + "pass\n\ndef look(other):\n    other.open",
    "the first parameter": APP
    + "@app.websocket('/')\nasync def handler(request, ws):\n    request.open",
}


@pytest.mark.parametrize("source", REACHED.values(), ids=REACHED.keys())
def test_follows(source):
    """The websocket is known there."""
    assert len(confidences(source)) == 1


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_does_not_follow(source):
    """What is no websocket of Sanic is left alone."""
    assert confidences(source) == []


def test_confidence_of_a_handler():
    """A registered handler's websocket is certain."""
    assert confidences(HANDLER + "ws.open") == [Confidence.CERTAIN]


def test_confidence_of_a_call():
    """One that was passed on is likely."""
    assert confidences(REACHED["a parameter of a called function"]) == [Confidence.LIKELY]


def test_confidence_of_a_name():
    """A bare name, in a module that deals with closed connections, is possible."""
    source = "import sanic\nfrom websockets import ConnectionClosed\n\ndef look(ws):\n    ws.open"
    assert confidences(source) == [Confidence.POSSIBLE]


def findings(folder, files, settings=NATIVE):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [
        (finding.path.replace(str(folder), "").replace("\\", "/")[1:], finding.line)
        for finding in check([str(folder)], settings).findings
    ]


MAIN = APP + "from {0} import {1}\n\n@app.websocket('/')\nasync def handler(request, s):\n    {2}\n"


def test_follows_into_a_function_of_another_module(tmp_path):
    """A websocket given to an imported function is followed there."""
    main = MAIN.format("helpers", "look", "look(s)")
    files = {"main.py": main, "helpers.py": "# websocket\ndef look(it):\n    it.open\n"}
    assert findings(tmp_path, files) == [("helpers.py", 3)]


def test_follows_into_a_class_of_another_module(tmp_path):
    """A websocket given to an imported class is followed into its attributes."""
    main = MAIN.format(".session", "Session", "Session(s)")
    session = (
        "# websocket\nclass Session:\n    def __init__(self, it):\n        self.it = it\n\n"
        "    def look(self):\n        self.it.open\n"
    )
    files = {"pkg/__init__.py": "", "pkg/main.py": main, "pkg/session.py": session}
    assert findings(tmp_path, files) == [("pkg/session.py", 7)]


def test_follows_a_handler_registered_elsewhere(tmp_path):
    """A handler that another module registers gets a websocket."""
    main = APP + "from feed import feed\n\napp.add_websocket_route(feed, '/')\n"
    files = {"main.py": main, "feed.py": "# sanic\nasync def feed(r, s):\n    s.open\n"}
    assert findings(tmp_path, files) == [("feed.py", 3)]


def test_follows_through_two_modules(tmp_path):
    """The way may be longer than one step."""
    main = MAIN.format("one", "first", "first(s)")
    one = "# websocket\nfrom two import second\n\ndef first(x):\n    second(x)\n"
    files = {"main.py": main, "one.py": one, "two.py": "# ws\ndef second(y):\n    y.open\n"}
    assert findings(tmp_path, files) == [("two.py", 3)]


def test_a_function_of_the_same_name_elsewhere_is_another(tmp_path):
    """An import says which module is meant."""
    main = MAIN.format("helpers", "look", "look(s)")
    files = {
        "main.py": main,
        "helpers.py": "# websocket\ndef look(it):\n    pass\n",
        "others.py": "# websocket\ndef look(it):\n    it.open\n",
    }
    assert findings(tmp_path, files) == []


def test_a_kept_websocket_of_a_class_that_is_not_imported(tmp_path):
    """A plain name, under which some class keeps one, counts in a module that speaks of them."""
    client = "from sanic import Websocket\n\nclass Client:\n    ws: Websocket\n"
    look = "from sanic.exceptions import WebsocketClosed\n\ndef look(them):\n    them[0].ws.open\n"
    assert findings(tmp_path, {"look.py": look}) == []
    assert findings(tmp_path, {"client.py": client, "look.py": look}) == [("look.py", 4)]


HUB = "# websocket\nclass Hub:\n    def {}(self, it):\n        it.open\n"


@pytest.mark.parametrize(("method", "found"), [("enter", [("hub.py", 4)]), ("update", [])])
def test_follows_into_the_only_method_of_a_name(tmp_path, method, found):
    """What an unknown object is given goes to the one class that has the method, if any."""
    main = f"{APP}def routes(hub):\n    @app.websocket('/')\n    async def feed(request, s):\n"
    files = {"main.py": f"{main}        hub.{method}(s)\n", "hub.py": HUB.format(method)}
    assert findings(tmp_path, files) == found


def test_a_method_of_two_classes_is_not_followed(tmp_path):
    """Where two classes have it, nothing says which is meant."""
    main = f"{APP}def routes(hub):\n    @app.websocket('/')\n    async def feed(request, s):\n"
    files = {"main.py": f"{main}        hub.enter(s)\n", "hub.py": HUB.format("enter")}
    files["hall.py"] = HUB.format("enter").replace("Hub", "Hall")
    assert findings(tmp_path, files) == []


def test_the_nearest_module_is_meant(tmp_path):
    """`feeds.init` is of the package itself, where it has one, and not of its modules."""
    main = MAIN.format(".", "feeds", "feeds.init(s)").replace("from . ", "from pkg ")
    init = "# websocket\ndef init(it):\n    it.open\n"
    files = {"pkg/__init__.py": "", "pkg/main.py": main, "pkg/feeds/__init__.py": init}
    files["pkg/feeds/other.py"] = init
    assert findings(tmp_path, files) == [("pkg/feeds/__init__.py", 3)]
