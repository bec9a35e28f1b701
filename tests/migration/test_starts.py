"""What stops an app that is no WebSocket, rewritten."""

from __future__ import annotations

import pytest

pytest.importorskip("libcst")

from sanic_legacy_ws.migration.checker import check_source
from sanic_legacy_ws.migration.fixer import Options, fix, fix_source
from sanic_legacy_ws.migration.model import Direction, Release
from sanic_legacy_ws.migration.settings import Settings

SHIM = Settings()
PLAIN = Options(todo=False)
UNSAFE = Options(unsafe=True, todo=False)
HEAD = "from sanic import Blueprint, Sanic\n\napp = Sanic('a')\n"
STARTED_UP = """\
async def _started_up(creating):
    server = await creating
    await server.startup()
    return server


"""


def fixed(lines, options=PLAIN, settings=SHIM, head=HEAD):
    """The lines behind the head, rewritten."""
    text = fix_source(f"{head}{lines}\n", settings, options)
    assert text.startswith(head)
    return text[len(head) : -1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("app.x = 1\nprint(app.x.y)", "app.ctx.x = 1\nprint(app.ctx.x.y)"),
        ("setattr(app, 'x', 1)", "setattr(app.ctx, 'x', 1)"),
        ("app.x += 1\ndel app.x", "app.ctx.x += 1\ndel app.ctx.x"),
        ("Sanic()", 'Sanic("app")'),
        ("Sanic()\nSanic(log_config=None)", 'Sanic("app")\nSanic("app_2", log_config=None)'),
        ("Sanic('my app')", 'Sanic("my_app")'),
        ("Blueprint(name='v1.x')", 'Blueprint(name="v1_x")'),
        (
            "from .a import b\nBlueprint(__name__)",
            'from .a import b\nBlueprint(__name__.replace(".", "_"))',
        ),
        ("app.register_blueprint(1)", "app.blueprint(1)"),
        ("app.config.from_object(X)", "app.config.update_config(X)"),
        ("app.config.from_pyfile('x')", "app.config.update_config('x')"),
        ("Sanic('b', load_env=False)", "Sanic('b', env_prefix=None)"),
        ("Sanic('b', load_env='X_', log_config=C)", "Sanic('b', env_prefix=\"X_\", log_config=C)"),
        ("Sanic('b', load_env=True)", "Sanic('b')"),
        ("Sanic(\n    'b',\n    register=True,\n)", "Sanic(\n    'b',\n)"),
        ("app.add_route(1, '/<x:string>/<y:number>')", "app.add_route(1, '/<x:str>/<y:float>')"),
        ("app.static('/a', 'a')\napp.static('/b', 'b')",
         "app.static('/a', 'a', name=\"static_1\")\napp.static('/b', 'b')"),
        ("app.run(\n    port=1,\n)\nexit(0)",
         'if __name__ == "__main__":\n    app.run(\n        port=1,\n    )\n    exit(0)'),
        ("# serve\napp.run()", '# serve\nif __name__ == "__main__":\n    app.run()'),
        ("from sanic.response import HTTPResponse\nHTTPResponse(body_bytes=b'x', status=1)",
         "from sanic.response import HTTPResponse\nHTTPResponse(body=b'x', status=1)"),
        ("@app.middleware('request')\nasync def f(request):\n    request['x'] = request['y']",
         "@app.middleware('request')\nasync def f(request):\n    request.ctx.x = request.ctx.y"),
        ("async def f():\n    server = await app.create_server(return_asyncio_server=True)",
         "async def f():\n    server = await app.create_server(return_asyncio_server=True)\n"
         "    await server.startup()"),
        ("async def f():\n    return await app.create_server(return_asyncio_server=True)",
         STARTED_UP + "async def f():\n"
         "    return await _started_up(app.create_server(return_asyncio_server=True))"),
        ("# é\nx = app.create_server(\n    return_asyncio_server=1,\n)\nloop.create_task(x)",
         STARTED_UP + "# é\nx = _started_up(app.create_server(\n    return_asyncio_server=1,\n))\n"
         "loop.create_task(x)"),
        ("def f():\n    go(app.create_server(return_asyncio_server=True))\n"
         "    go(app.create_server(return_asyncio_server=True))",
         STARTED_UP + "def f():\n"
         "    go(_started_up(app.create_server(return_asyncio_server=True)))\n"
         "    go(_started_up(app.create_server(return_asyncio_server=True)))"),
    ],
)  # fmt: skip
def test_rewritten(before, after):
    """What is exact is written without --unsafe, and found no more."""
    assert fixed(before) == after
    assert fixed(after) == after


@pytest.mark.parametrize(
    ("abort", "raised"),
    [
        ("abort(404)", 'raise NotFound("Not Found")'),
        ("abort(400, text)", "raise InvalidUsage(text)"),
        ("return abort(403)", 'raise Forbidden("Forbidden")'),
        ("abort(409, 'again')", "raise SanicException('again', status_code=409)"),
    ],
)
def test_abort(abort, raised):
    """abort() becomes the exception that it raised, and its import goes."""
    source = f"from sanic.exceptions import abort\n\n\ndef f(text):\n    {abort}\n"
    name = raised.split()[1].partition("(")[0]
    assert fix_source(source, SHIM, PLAIN) == (
        f"from sanic.exceptions import {name}\n\n\ndef f(text):\n    {raised}\n"
    )


@pytest.mark.parametrize("call", ["abort(code)", "abort(404, message='x')", "x = y or abort(404)"])
def test_abort_by_hand(call):
    """A status that is not written there, or a call inside an expression, is for a person."""
    source = f"from sanic.exceptions import abort\n\n\ndef f(code, y):\n    {call}\n"
    assert fix_source(source, SHIM, PLAIN) == source


def test_decorators_of_one_function():
    """The upper decorator registers last, and keeps the name."""
    lines = "@app.get('/a')\n@app.get('/b')\n@app.get(\n    '/c',\n)\nasync def f(request): ..."
    assert fixed(lines) == (
        "@app.get('/a')\n@app.get('/b', name=\"f_2\")\n@app.get(\n    '/c',\n    name=\"f_1\",\n)\n"
        "async def f(request): ..."
    )


def test_a_route_in_a_loop():
    """One name is not enough for what a loop registers: a person decides."""
    lines = "for host in HOSTS:\n    app.static('/', 'a', host=host)\napp.static('/b', 'b')"
    assert fixed(lines) == lines


def test_a_name_that_sanic_took_later():
    """Sanic's own uses of it would be rewritten too: a person looks."""
    lines = "app.tasks = []\nprint(app.tasks)"
    assert fixed(lines) == lines
    assert fixed(lines, UNSAFE) == "app.ctx.tasks = []\nprint(app.ctx.tasks)"


def test_a_new_name_is_new():
    """A name that some route has already is not given again."""
    lines = "@app.get('/a')\n@app.get('/b')\nasync def f(request): ...\n"
    more = "@app.get('/c')\nasync def f_1(request): ..."
    assert 'name="f_2"' in fixed(lines + more)


def test_all_uses_or_none(tmp_path):
    """An attribute of the app is rewritten in all files, unless one use is not sure to be one."""
    (tmp_path / "server.py").write_text(f"{HEAD}app.x = 1\napp.y = 2\n")
    (tmp_path / "use.py").write_text("from server import app\nprint(app.x)\nprint(app.y)\n")
    (tmp_path / "other.py").write_text("import sanic\n\n\ndef f(app):\n    return app.y\n")
    list(fix([str(tmp_path)], SHIM, PLAIN))
    assert (tmp_path / "server.py").read_text() == f"{HEAD}app.ctx.x = 1\napp.y = 2\n"
    assert "app.ctx.x" in (tmp_path / "use.py").read_text()
    assert "(app.y)" in (tmp_path / "use.py").read_text()
    list(fix([str(tmp_path)], SHIM, UNSAFE))
    assert "app.ctx.y = 2" in (tmp_path / "server.py").read_text()
    assert "app.ctx.y" in (tmp_path / "use.py").read_text()
    assert "app.ctx.y" in (tmp_path / "other.py").read_text()


def test_a_blueprints_name_that_is_spelled_elsewhere():
    """url_for("my bp.index") names it too: a person looks."""
    lines = "Blueprint('my bp')\napp.url_for('my bp.index')"
    assert fixed(lines) == lines
    assert fixed(lines, UNSAFE) == "Blueprint(\"my_bp\")\napp.url_for('my bp.index')"


@pytest.mark.parametrize(("sanic", "found"), [((21, 6), False), ((21, 12), True), ((25, 12), True)])
def test_only_what_the_sanic_refuses(sanic, found):
    """On the way onto this package, --sanic names the Sanic to move onto."""
    settings = Settings(sanic=Release(*sanic))
    assert (fixed("app.x = 1", settings=settings) != "app.x = 1") is found


@pytest.mark.parametrize(("sanic", "codes"), [((20, 12), []), ((21, 3), ["SLW611", "SLW611"])])
def test_what_the_config_and_the_router_still_have(sanic, codes):
    """On 20.12 they have their old names."""
    source = f"{HEAD}app.config.from_object(X)\nprint(app.router.routes_names)\n"
    found = check_source(source, Settings(sanic=Release(*sanic)))
    assert [finding.code for finding in found] == codes


def test_off_this_package_newer_releases_count():
    """On the way off it, --sanic names the oldest: what a newer one refuses is found."""
    native = Settings(to=Direction.NATIVE, sanic=Release(21, 6))
    assert fixed("app.x = 1", settings=native) == "app.ctx.x = 1"


def test_no_context_before_21_3():
    """Where the app must run on 20.12 as well, there is no place to move to."""
    native = Settings(to=Direction.NATIVE, sanic=Release(20, 12))
    assert fixed("app.x = 1", settings=native) == "app.x = 1"


COOKIES = "from sanic.response import text\n\n\n"
INDEX = "async def index(request):\n    page = text('a')\n"
ID = "page.cookies['id'] = request.token"
ADDED = "page.add_cookie('id', request.token, secure=False, samesite=None)"


def cookies(lines, options=PLAIN, settings=SHIM, head=COOKIES + INDEX):
    """The lines of a handler about the cookies of its response, rewritten."""
    indented = "".join(f"    {line}\n" for line in lines.splitlines())
    text = fix_source(head + indented, settings, options)
    assert text.startswith(head)
    return "\n".join(line[4:] for line in text[len(head) :].splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ID, ADDED),
        (f"{ID}  # who\nreturn page", f"{ADDED}  # who\nreturn page"),
        (f"if request.token:\n    {ID}", f"if request.token:\n    {ADDED}"),
        ("del page.cookies['id']", "page.cookies.delete_cookie('id', secure=False)"),
        (
            f"{ID}\npage.cookies['id']['max-age'] = 60\npage.cookies['id']['secure'] = True",
            "page.add_cookie('id', request.token, max_age=60, secure=True, samesite=None)",
        ),
        (
            f"page.cookies['a'] = '1'\n{ID}",
            f"page.add_cookie('a', '1', secure=False, samesite=None)\n{ADDED}",
        ),
    ],
)
def test_cookies(before, after):
    """A cookie is set by one call, with all that the lines about it say."""
    assert cookies(before) == after
    assert cookies(after) == after


@pytest.mark.parametrize(
    "lines",
    [
        f"for n in 'ab':\n    {ID}",
        f"{ID}\n{ID}",
        "page.cookies[request.name] = '1'",
        f"{ID}\npage.cookies[request.name] = '1'",
        f"{ID}\nprint(page.cookies['id'])",
        f"{ID}\nrequest.go()\npage.cookies['id']['path'] = '/'",
        f"{ID}\npage.cookies['id']['path'] = '/'  # all",
        f"{ID}\npage.cookies['id']['path'] = '/'\npage.cookies['id']['path'] = '/a'",
        f"{ID}\npage.cookies['id']['other'] = '/'",
        "page.cookies['id'] = '1'; page.cookies['id']['path'] = '/'",
        "page.cookies['id']['path'] = '/'",
        "page.cookies['id'] = other = '1'",
        "page.cookies['id'] = '1', '2'",
        f"{ID}  # slw: ignore[SLW613]",
    ],
)
def test_cookies_by_hand(lines):
    """What cannot be told to be one call stays, whatever the options say."""
    assert cookies(lines, UNSAFE) == lines


@pytest.mark.parametrize("line", ["request.mark(page)", "page = await request.page()"])
def test_cookies_that_may_be_set_already(line):
    """A second cookie of that name would be added, where the first was changed before."""
    lines = f"{line}\n{ID}\npage.cookies['id']['path'] = '/'"
    assert cookies(lines) == lines
    assert "add_cookie" in cookies(lines, UNSAFE)


def test_cookies_of_a_parameter():
    """With --unsafe, a response that a middleware is given is rewritten, too."""
    head = f"{COOKIES}async def save(request, response):\n"
    before, after = ID.replace("page", "response"), ADDED.replace("page", "response")
    assert cookies(before, head=head) == before
    assert cookies(before, UNSAFE, head=head) == after


def test_cookies_before_24_12():
    """A Sanic that may lack the methods needs the dict."""
    old = Settings(to=Direction.NATIVE, sanic=Release(22, 12))
    assert cookies(ID, settings=old) == ID
