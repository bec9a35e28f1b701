"""What is said in one module of a code base and holds for all of it."""

from __future__ import annotations

import ast
from typing import Iterator

from .inference.project import Project
from .inference.syntax import Module, constant, unwrap

POLICY = "WEBSOCKET_ON_DISCONNECT"
INSTALL = frozenset({"sanic_legacy_ws.install", "sanic_legacy_ws.server.install.install"})
STARTS = frozenset({"run", "create_server", "prepare"})
OLD_HOMES = ("sanic.websocket", "sanic_legacy_ws")


class Survey:
    """Asked of the project as it is; `Project.known` keeps it until a module changes."""

    def __init__(self, project: Project) -> None:
        modules = project.modules.values()
        self.policies = {policy for module in modules for policy in module.known(_policies)}
        self.relies = any(module.known(_relies) for module in (*modules, *project.replaced))
        followed = project.sockets.followers.values()
        self.websockets = self.relies or any(follower.facts.any() for follower in followed)
        self.installs = any(module.known(_installs) for module in modules)

    @property
    def uninstalled(self) -> bool:
        """Whether the old websocket is imported, and nothing here puts it in Sanic's place."""
        return self.relies and not self.installs


def _policies(module: Module) -> frozenset[str]:
    """What ``WEBSOCKET_ON_DISCONNECT`` is set to."""
    found = (value for name, value in _settings(module) if name.endswith(POLICY))
    return frozenset(value for value in map(constant, found) if isinstance(value, str))


def _settings(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Names and values of everything that is set: attributes, keys, keywords, variables."""
    if POLICY not in module.source:
        return
    for assign in module.of(ast.Assign):
        for target in assign.targets:
            yield _name(target), assign.value
    for keyword in module.of(ast.keyword):
        yield keyword.arg or "", keyword.value
    for table in module.of(ast.Dict):
        for key, value in zip(table.keys, table.values):
            yield str(constant(key)), value


def _name(target: ast.AST) -> str:
    if isinstance(target, ast.Subscript):
        return str(constant(unwrap(target.slice)))
    return str(getattr(target, "attr", getattr(target, "id", "")))


def _relies(module: Module) -> bool:
    """Whether it imports the old module, or this package."""
    plain = [alias.name for line in module.of(ast.Import) for alias in line.names]
    names = [*module.origins.values(), *plain]
    return any(name == home or name.startswith(f"{home}.") for name in names for home in OLD_HOMES)


def _installs(module: Module) -> bool:
    """Whether it calls install(), or gives a server a protocol of its own."""
    for call in module.of(ast.Call):
        if module.origin(call.func) in INSTALL:
            return True
        starts = isinstance(call.func, ast.Attribute) and call.func.attr in STARTS
        if starts and any(map(_is_protocol, call.keywords)):
            return True
    return False


def _is_protocol(keyword: ast.keyword) -> bool:
    return keyword.arg == "protocol" and not isinstance(keyword.value, ast.Constant)
