"""SLW601: attributes set on the app or a blueprint."""

from __future__ import annotations

from typing import Iterator

from ..._compat.causes import ATTRIBUTE
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..sanic_names import LATER
from ..view import View

CONTEXT = Release(21, 3)  # the first with app.ctx


def find(view: View, target: Target) -> Iterator[Hit]:
    for use in view.app_uses():
        exact = view.survey.app_attributes.get(use.name)
        if exact is not None:
            own = use.name not in LATER  # a use of Sanic's own attribute must stay
            safe = exact and own and target.oldest >= CONTEXT
            say = f"an app takes no attributes since Sanic 21.12; use app.ctx.{use.name}"
            yield Hit(use.node, say, use.sure, "safe" if safe else "unsafe", use.name)


CHANGE = Change(
    before="app.redis = await connect()\nvalue = await request.app.redis.get(key)\n",
    after="app.ctx.redis = await connect()\nvalue = await request.app.ctx.redis.get(key)\n",
    note=(
        "`fix` rewrites all files together. Without `--unsafe`, it rewrites a name only if every "
        "use of it is certain to be one of the app."
    ),
)
RULE = Rule(
    code=ATTRIBUTE.code,
    title=ATTRIBUTE.title,
    why=(
        "Since 21.12 an app and a blueprint do not take new attributes: setting one raises "
        "AttributeError. 21.3 to 21.9 only warned. Use `app.ctx` or `bp.ctx`, which exist since "
        "21.3."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
