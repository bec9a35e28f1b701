"""One walk over a module's tree: parents, nodes by type, imported names."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any, Callable, Iterator, Sequence, TypeVar, Union

Node = TypeVar("Node", bound=ast.AST)
Table = TypeVar("Table")
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
# Fields in which no rule looks for nodes: names, operators, contexts.
PLAIN_FIELDS = frozenset(
    {"id", "ctx", "attr", "arg", "name", "names", "module", "level", "kind", "op", "ops"}
    | {"type_comment", "type_ignores", "simple", "is_async", "conversion", "asname"}
)


CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a node type in which other nodes stand, worked out once."""
    if kind not in CHILDREN:
        CHILDREN[kind] = tuple(field for field in kind._fields if field not in PLAIN_FIELDS)
    return CHILDREN[kind]


def split_lines(source: str) -> list[str]:
    """Lines with their ends, as ast counts them: a form feed ends none."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", source)


class Module:
    """A parsed file. ``name`` is dotted, from its path; ``origins`` maps names to what they are."""

    def __init__(self, path: str, source: str, name: str = "") -> None:
        self.path = path
        self.source = source
        self.name = name
        self._lines: list[str] | None = None
        with warnings.catch_warnings():  # what Python warns of is none of the checker's findings
            warnings.simplefilter("ignore")
            self.tree = ast.parse(source, filename=path)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: dict[type[ast.AST], list[ast.AST]] = {}
        self._walk()
        self.origins = dict(self._imports())
        self._known: dict[Any, Any] = {}  # tables, by what makes them

    @property
    def lines(self) -> list[str]:
        """The lines as ast counts them: a form feed ends none, unlike for str.splitlines()."""
        if self._lines is None:
            self._lines = re.split(r"\r\n|\r|\n", self.source)
        return self._lines

    def known(self, kind: Callable[[Module], Table]) -> Table:
        """``kind(self)``, worked out once: who else looks at the module shares it."""
        if kind not in self._known:
            self._known[kind] = kind(self)
        found: Table = self._known[kind]
        return found

    def _walk(self) -> None:
        parents, nodes = self.parents, self.nodes
        todo: list[ast.AST] = [self.tree]
        while todo:
            node = todo.pop()
            kind = type(node)
            nodes.setdefault(kind, []).append(node)
            for field in _children(kind):
                value = getattr(node, field, None)
                for child in value if isinstance(value, list) else (value,):
                    if isinstance(child, ast.AST):
                        parents[child] = node
                        todo.append(child)

    def of(self, kind: type[Node]) -> list[Node]:
        """All nodes of exactly this type."""
        return self.nodes.get(kind, [])  # type: ignore[return-value]

    def functions(self) -> list[Function]:
        return [*self.of(ast.FunctionDef), *self.of(ast.AsyncFunctionDef)]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent up to the module."""
        found = self.parents.get(node)
        while found is not None:
            yield found
            found = self.parents.get(found)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, lambda or module in which ``node`` is evaluated."""
        return next((up for up in self.ancestors(node) if isinstance(up, SCOPES)), self.tree)

    def function(self, node: ast.AST) -> Function | None:
        return next((up for up in self.ancestors(node) if isinstance(up, FUNCTIONS)), None)

    def owner(self, function: ast.AST) -> ast.ClassDef | None:
        """The class of which ``function`` is a method."""
        parent = self.parents.get(function)
        return parent if isinstance(parent, ast.ClassDef) else None

    def _imports(self) -> Iterator[tuple[str, str]]:
        for node in self.of(ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                yield name, alias.name if alias.asname else name
        for source in self.of(ast.ImportFrom):
            base = "." * source.level + (source.module or "")
            for alias in source.names:
                dot = "" if base.endswith(".") else "."
                yield alias.asname or alias.name, f"{base}{dot}{alias.name}"

    def origin(self, node: ast.AST | None) -> str:
        """The dotted name that an expression stands for, imports resolved; "" if it is none."""
        if isinstance(node, ast.Name):
            return self.origins.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.origin(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def is_imported(self, node: ast.AST) -> bool:
        """Whether a name, or what its attributes are taken from, was imported."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.origins

    def imports_from(self, *packages: str) -> bool:
        """Whether anything at all is imported from one of these packages."""
        roots = {origin.partition(".")[0] for origin in self.origins.values()}
        return not roots.isdisjoint(packages)


def unwrap(node: ast.AST) -> ast.AST:
    """A subscript's index; Python 3.8 wraps it in ast.Index."""
    return getattr(node, "value", node) if type(node).__name__ == "Index" else node


def constant(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def parameters(function: Function | ast.Lambda) -> list[ast.arg]:
    """Positional parameters, in order."""
    return [*getattr(function.args, "posonlyargs", []), *function.args.args]


def own_nodes(roots: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below ``roots``, but not inside functions defined there."""
    todo = list(roots)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))
