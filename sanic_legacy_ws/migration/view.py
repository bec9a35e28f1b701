"""What the rules look through: a module, and which of its values are websockets."""

from __future__ import annotations

import ast
import re
from typing import Dict, Iterable, Iterator, NamedTuple, Sequence

from .app_uses import AppUse, app_uses, known_app
from .inference.definitions import Callee
from .inference.evidence import Evidence
from .inference.flow import Follower
from .inference.project import Project
from .inference.shapes import ADDERS, WEBSOCKET
from .inference.syntax import FUNCTIONS, Function, Module, own_nodes, parameters
from .model import Confidence
from .registered import registered
from .routes import DECORATORS
from .survey import Survey

TRIES = tuple(getattr(ast, name) for name in ("Try", "TryStar") if hasattr(ast, name))
RECEIVE = frozenset({"recv", "receive", "recv_burst", "recv_streaming"})
SEND = frozenset({"send", "ping"})
HARMLESS = frozenset({*ADDERS, "print", "isinstance", "id", "hash", "len", "str", "repr", "remove"})
HARMLESS |= {"discard", "debug", "info", "warning", "error", "exception", "hasattr", "getattr"}
REQUESTS = re.compile(r"\w*(request|req)", re.IGNORECASE)
REQUEST_TYPES = frozenset({"sanic.Request", "sanic.request.Request"})
HANDLERS = frozenset({*DECORATORS, "middleware", "on_request", "on_response"})
Operations = Dict[str, Confidence]


class SocketCall(NamedTuple):
    """A method called on a websocket."""

    node: ast.Call
    name: str
    confidence: Confidence


class View:
    """A module as the rules see it."""

    def __init__(self, project: Project, path: str, visited: frozenset[str] = frozenset()) -> None:
        sockets = project.sockets.followers[path]
        self._visited = visited  # modules through which an imported function led here
        self.project = project
        self.module = sockets.module
        self.facts = sockets.facts
        self.values = sockets.values
        self.evidence = self.module.known(Evidence)
        self._attributes: list[tuple[ast.Attribute, Confidence]] | None = None
        self._busy: set[ast.AST] = set()
        self._registered: dict[ast.AST, Confidence] | None = None

    @classmethod
    def of(cls, source: str, path: str = "app.py") -> View:
        """A view of one file alone."""
        project = Project()
        project.add_module(Module(path, source, path.rpartition(".")[0]))
        project.follow()
        return cls(project, path)

    @property
    def survey(self) -> Survey:
        """What holds for all modules."""
        return self.project.known(Survey)

    def origin(self, node: ast.AST | None) -> str:
        return self.module.origin(node)

    def callees(self, func: ast.AST) -> list[Callee]:
        """What a call of ``func`` may reach in this module."""
        return [callee for callee, _ in self.values.callees(func)]

    def socket(self, node: ast.AST | None) -> Confidence | None:
        """How surely ``node`` is a websocket; None where it is not known to be one."""
        trace = self.values.trace(node)
        return trace.confidence if trace and trace.shape == WEBSOCKET else None

    def app(self, node: ast.AST | None) -> Confidence | None:
        """How surely ``node`` is a Sanic app or a blueprint."""
        return known_app(self._apps, node)

    @property
    def _apps(self) -> Follower:
        return self.project.apps.followers[self.module.path]

    def app_uses(self) -> Iterator[AppUse]:
        """What the module takes from apps, or puts there, that is not Sanic's."""
        return app_uses(self._apps)

    def request(self, node: ast.AST | None) -> Confidence | None:
        """How surely ``node`` is a request: the first parameter of a handler, by its name."""
        if isinstance(node, ast.Attribute):
            return self._kept_request(node)
        if not isinstance(node, ast.Name) or not REQUESTS.fullmatch(node.id):
            return None
        home = self.facts.known.home(node)
        if not isinstance(home, FUNCTIONS) or self.evidence.other_framework:
            return None
        known = parameters(home)
        first = known[1:2] if self.module.owner(home) else known[:1]
        given = self._given_to_app().get(home)
        told = self.evidence.sanic_family or given is not None
        if [argument.arg for argument in first] != [node.id] or not told:
            return None
        handler = self._is_handler(home)
        if not handler and given is None and home.name in self.survey.given_data:
            return None
        if self.facts.known.rebound(home, node.id):
            return Confidence.LIKELY
        return Confidence.CERTAIN if handler else given or Confidence.LIKELY

    def _kept_request(self, node: ast.Attribute) -> Confidence | None:
        """``self.request`` in a module that uses Sanic, and no other framework."""
        klass = self.facts.known.self_class(node.value) if node.attr == "request" else None
        told = self.evidence.sanic and not self.evidence.other_framework
        return Confidence.LIKELY if klass is not None and told else None

    def _given_to_app(self) -> dict[ast.AST, Confidence]:
        if self._registered is None:
            self._registered = registered(self._apps)
        return self._registered

    def _is_handler(self, function: Function) -> bool:
        """Whether Sanic calls it: by its decorator, or by the annotation of its request."""
        named = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
        if any(isinstance(d, ast.Attribute) and d.attr in HANDLERS for d in named):
            return True
        noted = [argument.annotation for argument in parameters(function)]
        return any(self.origin(note) in REQUEST_TYPES for note in noted if note is not None)

    def sockets_in(self, node: ast.AST | None) -> Confidence | None:
        """How surely ``node`` is a collection of websockets."""
        trace = self.values.trace(node)
        return trace.confidence if trace and trace.shape in (("seq",), ("map",)) else None

    def attributes(self) -> list[tuple[ast.Attribute, Confidence]]:
        """Every attribute taken from a websocket."""
        if self._attributes is None:
            known = ((node, self.socket(node.value)) for node in self.module.of(ast.Attribute))
            found = [(node, sure) for node, sure in known if sure is not None]
            self._attributes = sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset))
        return self._attributes

    def calls(self, *names: str) -> Iterator[SocketCall]:
        """Methods called on websockets."""
        for attribute, confidence in self.attributes():
            parent = self.module.parents.get(attribute)
            called = isinstance(parent, ast.Call) and parent.func is attribute
            if called and attribute.attr in names:
                yield SocketCall(parent, attribute.attr, confidence)  # type: ignore[arg-type]

    def socket_call(self, node: ast.AST | None, names: Iterable[str]) -> SocketCall | None:
        """``node`` as a call of one of these methods on a websocket."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            confidence = self.socket(node.func.value) if node.func.attr in names else None
            if confidence is not None:
                return SocketCall(node, node.func.attr, confidence)
        return None

    def tries(self) -> Iterator[ast.Try]:
        for kind in TRIES:
            yield from self.module.of(kind)

    def request_name(self, node: ast.AST) -> str | None:
        """What the request is called where ``node`` stands, in a handler itself."""
        function = self.module.function(node)
        if function is None:
            return None
        known = parameters(function)
        known = known[1:] if self.module.owner(function) else known
        for first, second in zip(known, known[1:]):
            if (function, second.arg) in self.facts.names and first.arg not in ("self", "_"):
                return first.arg if "req" in first.arg.lower() else None
        return None

    # -- what a block does with websockets

    def operations(self, block: Sequence[ast.AST]) -> Operations:
        """``receive``, ``send`` and ``iterate``, done in these statements or in what they call.

        ``hand over`` is a websocket given to a function that is not known.
        """
        done: Operations = {}
        for node in own_nodes(block):
            if isinstance(node, ast.AsyncFor):
                self._note(done, "iterate", self.socket(node.iter))
            elif isinstance(node, ast.Call):
                self._call_operation(done, node)
        return done

    def _call_operation(self, done: Operations, node: ast.Call) -> None:
        receive = self.socket_call(node, RECEIVE)
        send = self.socket_call(node, SEND)
        if receive:
            self._note(done, "receive", receive.confidence)
        elif send:
            self._note(done, "send", send.confidence)
        else:
            callees = self.callees(node.func)
            for callee in callees:
                for what, sure in self.inside(callee).items():
                    self._note(done, what, min(sure, Confidence.LIKELY))
            known = callees or self._elsewhere(done, node.func)
            if not known:
                self._note(done, "hand over", self._handed(node))

    def _elsewhere(self, done: Operations, func: ast.AST) -> bool:
        """Note what an imported function does; whether it is one of this code base."""
        sockets = self.project.sockets
        if self.module.is_imported(func):
            found = list(sockets.defined(self.origin(func)))
        else:
            found = list(sockets.method(func.attr)) if isinstance(func, ast.Attribute) else []
        for module, callee in found:
            if module is not self.module and module.path not in self._visited:
                other = View(self.project, module.path, self._visited | {self.module.path})
                for what, sure in other.inside(callee).items():
                    self._note(done, what, min(sure, Confidence.LIKELY))
        return bool(found)

    def _handed(self, node: ast.Call) -> Confidence | None:
        """Whether a websocket goes to a function that is not known here."""
        if getattr(node.func, "attr", getattr(node.func, "id", "")) in HARMLESS:
            return None
        given = any(self.socket(argument) is not None for argument in node.args)
        return Confidence.POSSIBLE if given else None

    def inside(self, callee: ast.AST) -> Operations:
        """What a function of this module does with websockets."""
        body = getattr(callee, "body", None)
        if callee in self._busy or not isinstance(body, list) or isinstance(callee, ast.ClassDef):
            return {}
        self._busy.add(callee)
        try:
            return self.operations(body)
        finally:
            self._busy.discard(callee)

    @staticmethod
    def _note(done: Operations, what: str, sure: Confidence | None) -> None:
        if sure is not None:
            done[what] = max(done.get(what, sure), sure)

    def function(self, node: ast.AST) -> Function | None:
        return self.module.function(node)
