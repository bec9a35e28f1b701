"""What an ``except`` clause catches, and whether missing it would be noticed."""

from __future__ import annotations

import ast
from typing import Iterator, Sequence

from .inference.syntax import FUNCTIONS, Module

CLOSED_NAMES = frozenset({"ConnectionClosed", "ConnectionClosedOK", "ConnectionClosedError"})
OWNERS = ("websockets", "sanic", "sanic_legacy_ws")
LOGS = frozenset({"print", "pprint"})
LOG_METHODS = frozenset(
    {"debug", "info", "warn", "warning", "error", "exception", "critical", "log", "trace"}
)
LOOPS = (ast.While, ast.For, ast.AsyncFor)

# What a clause catches, as tags.
CLOSED = "ConnectionClosed"
NATIVE_CLOSED = "WebsocketClosed"
CANCELLED = "CancelledError"
ANYTHING = "Exception"
EVERYTHING = "BaseException"


def tag(origin: str) -> str:
    """The tag of an exception's dotted name, or "" for one that is none of ours."""
    root, _, name = origin.partition(".")[0], "", origin.rpartition(".")[2]
    if name in CLOSED_NAMES and root in OWNERS:
        return CLOSED
    if name in ("WebsocketClosed", "SanicException") and root in OWNERS:
        return NATIVE_CLOSED
    if name == "CancelledError" and root in ("asyncio", "concurrent"):
        return CANCELLED
    return name if origin in (ANYTHING, EVERYTHING) else ""


def _types(module: Module, node: ast.AST | None, deep: int = 0) -> Iterator[ast.AST]:
    if isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from _types(module, part, deep)
    elif isinstance(node, ast.Name) and deep < 2:
        bound = [a.value for a in module.of(ast.Assign) if _assigns(a, node.id)]
        tuples = [value for value in bound if isinstance(value, ast.Tuple)]
        for value in tuples:
            yield from _types(module, value, deep + 1)
        if not tuples:
            yield node
    elif node is not None:
        yield node


def _assigns(assign: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in assign.targets)


def caught(module: Module, kind: ast.AST | None) -> frozenset[str]:
    """The tags of the exceptions in ``except kind:`` or ``suppress(kind)``."""
    if kind is None:
        return frozenset({EVERYTHING})
    return frozenset(filter(None, (tag(module.origin(node)) for node in _types(module, kind))))


def caught_by(module: Module, block: ast.Try) -> frozenset[str]:
    """The tags of all clauses of a ``try``."""
    return frozenset().union(*(caught(module, clause.type) for clause in block.handlers))


def suppresses(module: Module, block: ast.AST) -> Iterator[ast.Call]:
    """The ``contextlib.suppress(...)`` of a ``with``."""
    for item in getattr(block, "items", []):
        call = item.context_expr
        if isinstance(call, ast.Call) and module.origin(call.func).endswith("suppress"):
            yield call


def is_log(node: ast.AST) -> bool:
    """A statement that only tells somebody."""
    call = node.value if isinstance(node, ast.Expr) else None
    call = call.value if isinstance(call, ast.Await) else call
    if not isinstance(call, ast.Call):
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    func = call.func
    if isinstance(func, ast.Name):
        return func.id in LOGS
    return isinstance(func, ast.Attribute) and _is_logger(func)


def _is_logger(func: ast.Attribute) -> bool:
    owner = func.value.attr if isinstance(func.value, ast.Attribute) else ""
    owner = func.value.id if isinstance(func.value, ast.Name) else owner
    if owner == "traceback":
        return func.attr.startswith("print_")
    named = owner.lower().endswith(("log", "logger", "logging"))
    return named and (func.attr in LOG_METHODS or func.attr.startswith("log"))


def does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    blank = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return blank or isinstance(statement, (ast.Pass, ast.Break, ast.Continue))


def acts(block: Sequence[ast.stmt], logs: bool = True) -> bool:
    """Whether a block does anything; ``logs`` says whether logging counts."""
    return any(not does_nothing(line) and (logs or not is_log(line)) for line in block)


def leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether a block may leave the loop around it: return, break, raise, sys.exit()."""
    exits = (ast.Return, ast.Break, ast.Raise)
    return any(isinstance(node, exits) for line in block for node in ast.walk(line))


def following(module: Module, node: ast.AST) -> list[ast.stmt]:
    """The statements after ``node`` in its own block."""
    parent = module.parents.get(node)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and node in block:
            return list(block[block.index(node) + 1 :])
    return []


def aftermath(module: Module, node: ast.AST, leaving: bool = False) -> list[ast.stmt]:
    """What runs in the function after ``node``; past the loop around it, if ``leaving`` that."""
    found: list[ast.stmt] = []
    current = node
    while not isinstance(current, (*FUNCTIONS, ast.Module)):
        if isinstance(current, LOOPS):
            leaving = False
        elif isinstance(current, ast.stmt) and not leaving and in_loop(module, current):
            return found
        if not leaving:
            found.extend(following(module, current))
        current = module.parents[current]
    return found


def in_loop(module: Module, node: ast.AST) -> bool:
    """Whether a loop of the same function repeats ``node``."""
    for up in module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            return False
        if isinstance(up, LOOPS):
            return True
    return False


def after_clause(module: Module, block: ast.Try, clause: ast.ExceptHandler) -> list[ast.stmt]:
    """What runs after a clause was taken, up to the end of the function."""
    last = clause.body[-1]
    if isinstance(last, (ast.Return, ast.Raise)):
        return []
    return aftermath(
        module, block, leaving=any(isinstance(line, ast.Break) for line in clause.body)
    )


def is_fallback(module: Module, clause: ast.ExceptHandler) -> bool:
    """``except ImportError``, in whatever spelling."""
    names = {module.origin(node) for node in _types(module, clause.type)}
    return not names.isdisjoint({"ImportError", "ModuleNotFoundError", ANYTHING}) or not names
