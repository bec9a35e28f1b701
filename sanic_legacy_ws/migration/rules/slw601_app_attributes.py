"""SLW601: attributes set on the app or a blueprint."""

from __future__ import annotations

from typing import Iterator

from ..._compat.causes import ATTRIBUTE
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

CONTEXT = Release(21, 3)  # the first with app.ctx


def find(view: View, target: Target) -> Iterator[Hit]:
    for use in view.app_uses():
        exact = view.survey.app_attributes.get(use.name)
        if exact is not None:
            safe = exact and target.oldest >= CONTEXT
            say = f"since Sanic 21.12 an app takes no attributes: app.ctx.{use.name}"
            yield Hit(use.node, say, use.sure, "safe" if safe else "unsafe", use.name)


CHANGE = Change(
    before="app.redis = await connect()\nvalue = await request.app.redis.get(key)\n",
    after="app.ctx.redis = await connect()\nvalue = await request.app.ctx.redis.get(key)\n",
    note=(
        "Rewritten in all files together, and without `--unsafe` only where every use of the name "
        "is surely one of the app."
    ),
)
RULE = Rule(
    code=ATTRIBUTE.code,
    title=ATTRIBUTE.title,
    why=(
        "Since 21.12 an app and a blueprint refuse attributes that are not their own, with an "
        "AttributeError; 21.3 to 21.9 only warned. Their place is `app.ctx`, or `bp.ctx`, since "
        "21.3."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
