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
        say = f"another route has the name {route.name!r} too; Sanic refuses that since 23.3"
        sure = Confidence.CERTAIN if route.same_module else Confidence.LIKELY
        yield Hit(route.call, say, sure, "safe" if route.new_name else None, route.new_name)


CHANGE = Change(
    before=('@app.websocket("/old")\n@app.websocket("/new")\nasync def feed(request, ws): ...\n'),
    after=(
        '@app.websocket("/old")\n@app.websocket("/new", name="feed_1")\n'
        "async def feed(request, ws): ...\n"
    ),
    note=(
        "`fix` keeps the name of the last route, because `url_for` found that one. Two "
        "`app.static()` without `name=` also have one name, and so have two decorators on one "
        "function."
    ),
)
RULE = Rule(
    code=SAME_NAME.code,
    title=SAME_NAME.title,
    why=(
        "A route has the name of its handler, unless you give `name=`. Since 23.3 an app with two "
        "routes of one name does not start."
    ),
    find=find,
    fixable="safe",
    since=Release(23, 3),
    to_shim=CHANGE,
    to_native=CHANGE,
)
