"""What is said in one module of a code base and holds for all of it."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import count
from pathlib import PurePath
from typing import Iterator, NamedTuple

from .app_uses import app_uses, kept_in_context, known_app
from .clauses import in_loop
from .given_data import given_data
from .import_time import chooses, reached
from .inference.flow import Follower
from .inference.project import Project
from .inference.shapes import WEBSOCKET as ITSELF
from .inference.syntax import Module, constant, unwrap
from .model import Confidence
from .routes import Route, decorates, routes

POLICY = "WEBSOCKET_ON_DISCONNECT"
INSTALL = frozenset({"sanic_legacy_ws.install", "sanic_legacy_ws.server.install.install"})
SANIC = frozenset({"sanic.Sanic", "sanic.app.Sanic"})
STARTS = frozenset({"run", "create_server", "prepare"})
OLD_CLASS = ".WebSocketCommonProtocol"
OLD_HOMES = ("sanic.websocket", "sanic_legacy_ws")


class Renamed(NamedTuple):
    """A route that needs another name than its handler's; ``new_name`` is "" for one by hand."""

    call: ast.Call
    name: str
    new_name: str
    same_module: bool


class Survey:
    """Asked of the project as it is; `Project.known` keeps it until a module changes."""

    def __init__(self, project: Project) -> None:
        modules = project.modules.values()
        self._modules = list(modules)
        self._paths = project.modules.keys()
        self._apps = project.apps.followers
        self.policies = {policy for module in modules for policy in module.known(_policies)}
        self.relies = any(module.known(_relies) for module in (*modules, *project.replaced))
        followed = project.sockets.followers.values()
        speaks = {follower.module.path for follower in followed if follower.facts.any()}
        speaks |= {m.path for m in (*modules, *project.replaced) if m.known(_relies)}
        self.websockets = bool(speaks)
        self.tests_alone = all(is_test(path) for path in speaks)
        self.installs = any(module.known(_installs) for module in modules)
        self._served = {module.path for module in modules if module.known(_serves)}
        # A module that makes no app starts one of another module: which one is not told.
        self._all_served = any(m.known(_serves) and not m.known(_makes_app) for m in modules)

    @cached_property
    def app_attributes(self) -> dict[str, bool]:
        """What is kept on apps, by name: whether each use of it is surely one of an app's."""
        uses = [use for follower in self._apps.values() for use in app_uses(follower)]
        kept = {use.name for use in uses if use.stored}
        elsewhere = {name for module in self._modules for name in module.known(_stored)}
        kept |= {use.name for use in uses if use.sure is Confidence.CERTAIN} & elsewhere
        kept.update(name for follower in self._apps.values() for name in kept_in_context(follower))
        exact = dict.fromkeys(kept, True)
        for use in uses:
            if use.name in exact and use.sure is not Confidence.CERTAIN:
                exact[use.name] = False
        return exact

    @cached_property
    def given_data(self) -> frozenset[str]:
        """Functions that some call gives other data than a request, whatever they call it."""
        return given_data(self._modules)

    @cached_property
    def chooses_workers(self) -> bool:
        """Whether the code says by itself how workers get the app."""
        return chooses(self._modules)

    @cached_property
    def reached(self) -> frozenset[str]:
        """Names of functions and classes that run while modules are imported."""
        return reached(self._modules)

    @cached_property
    def has_app(self) -> bool:
        """Whether a module has an app at its top level, where workers find it."""
        return any(map(_has_app, self._apps.values()))

    @cached_property
    def runs_app(self) -> bool:
        """Whether some module calls ``app.run()``."""
        return any(
            getattr(call.func, "attr", "") == "run" and known_app(follower, call.func.value)  # type: ignore[attr-defined]
            for follower in self._apps.values()
            for call in follower.module.of(ast.Call)
        )

    @cached_property
    def _renamed(self) -> dict[str, list[Renamed]]:
        by_name: dict[tuple[str, str], list[tuple[Module, Route]]] = {}
        for module in self._modules:
            values = self._apps[module.path].values
            known = module.known(routes)
            proven = {route.owner for route in known if decorates(module, route)}
            for route in known:
                if values.trace(route.on) is None and route.owner not in proven:
                    continue  # requests.get(...) and the like
                owner = self._defined(module, route.owner)
                by_name.setdefault((owner, route.name), []).append((module, route))
        found: dict[str, list[Renamed]] = {}
        taken = set(by_name)
        for (owner, name), same in by_name.items():
            here = len({module.path for module, _ in same}) == 1
            for module, route in same[:-1]:  # the last one is what url_for() found
                by_hand = route.named or in_loop(module, route.call)
                new = "" if by_hand else _another(name, owner, taken)
                found.setdefault(module.path, []).append(Renamed(route.call, name, new, here))
        return found

    def _defined(self, module: Module, owner: str) -> str:
        """``@package.module.app`` as ``path:app``, where one of the modules is meant by it."""
        if not owner.startswith("@"):
            return owner
        dots = len(owner[1:]) - len(owner[1:].lstrip("."))
        *package, name = owner[1:].lstrip(".").split(".")
        folders = list(PurePath(module.path).parents)  # Python 3.8 slices no parents
        for folder in folders[dots - 1 : dots] if dots else folders:
            for path in (folder.joinpath(*package[:-1], f"{package[-1]}.py") if package else folder,
                         folder.joinpath(*package, "__init__.py")):  # fmt: skip
                if str(path) in self._paths:
                    return f"{path}:{name}"
        return f"{module.path}{owner}"

    def renamed(self, module: Module) -> list[Renamed]:
        """Routes of a module whose name another route has as well."""
        return self._renamed.get(module.path, [])

    def spells(self, text: str) -> int:
        """How often a string that begins with ``text`` stands in the code."""
        return sum(
            module.source.count(f"{quote}{text}") for module in self._modules for quote in "'\""
        )

    @staticmethod
    def dotted(module: Module) -> bool:
        """Whether ``__name__`` has a dot in a module, as inside a package."""
        return "." in module.name or any(line.level for line in module.of(ast.ImportFrom))

    def uninstalled(self, module: Module) -> bool:
        """Whether the old websocket is imported, and nothing gives it to an app of ``module``."""
        served = self._all_served or module.path in self._served
        return self.relies and not (self.tests_alone or self.installs or served)


def _stored(module: Module) -> frozenset[str]:
    """Attributes that are set on what is not ``self``, ``ctx`` or an imported module."""
    stores = (n for n in module.of(ast.Attribute) if isinstance(n.ctx, ast.Store))
    deep = (n for n in stores if isinstance(n.value, ast.Attribute) and n.value.attr != "ctx")
    return frozenset(n.attr for n in deep if getattr(n.value.value, "id", "") != "self")  # type: ignore[attr-defined]


def _has_app(follower: Follower) -> bool:
    """Whether a name of the module itself is an app, and no blueprint."""
    tree = follower.module.tree
    found = {name for (home, name), trace in follower.facts.names.items()
             if home is tree and trace.shape == ITSELF}  # fmt: skip
    for assign in follower.module.of(ast.Assign):
        value = assign.value.func if isinstance(assign.value, ast.Call) else None
        if "Blueprint" in follower.module.origin(value).split("."):
            found -= {getattr(target, "id", "") for target in assign.targets}
    return bool(found)


def is_test(path: str) -> bool:
    """Whether a module is one of a test suite, by its path."""
    parts = PurePath(path).parts
    return parts[-1].startswith(("test_", "conftest")) or "tests" in parts[:-1]


def _another(name: str, owner: str, taken: set[tuple[str, str]]) -> str:
    """A name after ``name`` that no route of the owner has, which it takes."""
    plain = name if name.isidentifier() else "route"
    number = next(n for n in count(1) if (owner, f"{plain}_{n}") not in taken)
    taken.add((owner, f"{plain}_{number}"))
    return f"{plain}_{number}"


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
    """Whether it imports the old module, this package, or the class of the old websocket."""
    plain = [alias.name for line in module.of(ast.Import) for alias in line.names]
    taken = [module.origin(node) for node in module.of(ast.Attribute) if module.is_imported(node)]
    names = [*module.origins.values(), *plain]
    if any(name.startswith("websockets.") and name.endswith(OLD_CLASS) for name in names):
        return True
    return any(f"{name}.".startswith(f"{home}.") for name in (*names, *taken) for home in OLD_HOMES)


def _installs(module: Module) -> bool:
    """Whether it calls install()."""
    return any(module.origin(call.func) in INSTALL for call in module.of(ast.Call))


def _makes_app(module: Module) -> bool:
    return any(module.origin(call.func) in SANIC for call in module.of(ast.Call))


def _serves(module: Module) -> bool:
    """Whether it gives a server a protocol of its own."""
    starts = (call for call in module.of(ast.Call) if getattr(call.func, "attr", "") in STARTS)
    return any(_is_protocol(keyword) for call in starts for keyword in call.keywords)


def _is_protocol(keyword: ast.keyword) -> bool:
    return keyword.arg == "protocol" and not isinstance(keyword.value, ast.Constant)
