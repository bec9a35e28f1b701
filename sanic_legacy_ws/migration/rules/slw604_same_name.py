"""SLW604: routes that have one name."""

from __future__ import annotations

from typing import Iterator

from ..._compat.causes import SAME_NAME
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    survey = view.survey
    for route in survey.renamed(view.module):
        say = f"another route is called {route.name!r} as well, which Sanic refuses since 23.3"
        sure = Confidence.CERTAIN if route.same_module else Confidence.LIKELY
        yield Hit(route.call, say, sure, "safe" if route.new_name else None, route.new_name)


CHANGE = Change(
    before=('@app.websocket("/old")\n@app.websocket("/new")\nasync def feed(request, ws): ...\n'),
    after=(
        '@app.websocket("/old")\n@app.websocket("/new", name="feed_1")\n'
        "async def feed(request, ws): ...\n"
    ),
    note=(
        "The last one to be registered keeps the name: it is the one that `url_for` found. Two "
        "`app.static()` without `name=` count too, and two decorators of one function."
    ),
)
RULE = Rule(
    code=SAME_NAME.code,
    title=SAME_NAME.title,
    why=(
        "A route is named after its handler, unless `name=` says otherwise. Since 23.3 an app with "
        "two routes of one name does not start."
    ),
    find=find,
    fixable="safe",
    since=Release(23, 3),
    to_shim=CHANGE,
    to_native=CHANGE,
)
