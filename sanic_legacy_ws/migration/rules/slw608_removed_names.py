"""SLW608: names that Sanic has removed, and that no other name replaces."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import REMOVED
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .slw101_removed_module import guarded

# The first Sanic without it, and what to write instead.
NAMES = {
    "sanic.response.StreamingHTTPResponse": (Release(21, 12), "request.respond()"),
    "sanic.response.stream": (Release(22, 6), "request.respond()"),
    "sanic.views.CompositionView": (Release(21, 12), "a route for each method"),
    "sanic.exceptions.add_status_code": (Release(21, 6), "a class with a status_code"),
    "sanic.config.BASE_LOGO": (Release(21, 12), "nothing"),
    "sanic.config.LOGO": (Release(20, 12), "nothing"),
    "sanic.server.trigger_events": (Release(21, 12), "nothing"),
    "sanic.log.log": (Release(20, 12), "sanic.log.logger"),
    "sanic.app.get_event_loop": (Release(22, 3), "asyncio.get_event_loop()"),
    "sanic.testing": (Release(21, 3), "the package sanic-testing"),
    "sanic.reloader_helpers": (Release(22, 9), "app.run(auto_reload=True)"),
    "sanic.server.serve_single": (Release(23, 3), "app.run(single_process=True)"),
    "sanic.server.serve_multiple": (Release(23, 3), "app.run(workers=...)"),
    "sanic.server.runners.serve_single": (Release(23, 3), "app.run(single_process=True)"),
    "sanic.server.runners.serve_multiple": (Release(23, 3), "app.run(workers=...)"),
    "sanic.app.HttpProtocol": (Release(22, 3), "sanic.server.HttpProtocol"),
    "sanic.router.RouteExists": (Release(21, 3), "sanic_routing.exceptions.RouteExists"),
    "sanic.router.RouteDoesNotExist": (Release(21, 3), "sanic.exceptions.NotFound"),
    "sanic.helpers.remove_entity_headers": (Release(23, 3), "nothing"),
}


def find(view: View, target: Target) -> Iterator[Hit]:
    said = set()
    for node, name in _named(view):
        known = next((n for n in NAMES if f"{name}.".startswith(f"{n}.")), None)
        if known is not None and (node, known) not in said and not guarded(view, node):
            said.add((node, known))
            since, instead = NAMES[known]
            if target.native or target.oldest >= since:
                yield Hit(node, f"{known} is gone since Sanic {since}; use {instead}")


def _named(view: View) -> Iterator[tuple[ast.AST, str]]:
    """Imported names, and what is taken from a module of Sanic's that can be imported."""
    for line in view.module.of(ast.ImportFrom):
        if not line.level:
            yield from ((line, f"{line.module}.{alias.name}") for alias in line.names)
    for plain in view.module.of(ast.Import):
        yield from ((plain, alias.name) for alias in plain.names)
    for node in view.module.of(ast.Attribute):
        if view.module.is_imported(node) and not _is_gone(view.origin(node.value)):
            yield node, view.origin(node)


def _is_gone(name: str) -> bool:
    return any(f"{name}.".startswith(f"{gone}.") for gone in NAMES)


CHANGE = Change(
    before=(
        "async def lines(response):\n"
        '    await response.write("one\\n")\n\n\n'
        'return stream(lines, content_type="text/plain")\n'
    ),
    after=(
        'response = await request.respond(content_type="text/plain")\n'
        'await response.send("one\\n")\nawait response.eof()\n'
    ),
)
RULE = Rule(
    code=REMOVED.code,
    title=REMOVED.title,
    why=(
        "Its import fails, before the app starts: "
        + ", ".join(f"`{name}` since {since}" for name, (since, _) in NAMES.items())
        + "."
    ),
    find=find,
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
