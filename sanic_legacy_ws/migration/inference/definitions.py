"""What a module defines, and what a call of it may reach."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Iterator, Union

from .syntax import FUNCTIONS, Function, Module, parameters

Callee = Union[Function, ast.ClassDef, ast.Lambda]
GUESSES = 3  # a method name that more classes share says nothing


class Definitions:
    """Functions, classes and methods by name; names by the scope that binds them."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.bound: dict[ast.AST, set[str]] = {}
        self._bindings: Counter[tuple[ast.AST, str]] = Counter()  # those to None do not count
        self.global_names: dict[ast.AST, set[str]] = {}
        self.definitions: dict[tuple[ast.AST, str], Callee] = {}
        self.methods: dict[str, list[Function]] = {}
        self.class_attributes: dict[str, set[str]] = {}
        self.made_attributes: set[str] = set()
        self._instances: dict[tuple[ast.AST, str], list[ast.ClassDef]] = {}  # by scope and name
        self._names()
        self._definitions()
        self._note_instances()

    def _names(self) -> None:
        module = self.module
        for statement in module.of(ast.Global):
            self.global_names.setdefault(module.scope(statement), set()).update(statement.names)
        for node in module.of(ast.Name):
            if isinstance(node.ctx, ast.Store):
                self.bound.setdefault(module.scope(node), set()).add(node.id)
                self._bindings[self._home(node), node.id] += self._gives_a_value(node)
        for argument in module.of(ast.arg):
            self.bound.setdefault(module.scope(argument), set()).add(argument.arg)
            self._bindings[module.scope(argument), argument.arg] += 1
        for named in (*module.functions(), *module.of(ast.ClassDef)):
            self._bindings[module.scope(named), named.name] += 1
        for caught in module.of(ast.ExceptHandler):
            self._bindings[module.scope(caught), caught.name or ""] += 1
        imports: list[ast.Import | ast.ImportFrom] = [
            *module.of(ast.Import),
            *module.of(ast.ImportFrom),
        ]
        for line in imports:
            for alias in line.names:
                name = alias.asname or alias.name.partition(".")[0]
                self._bindings[module.scope(line), name] += 1

    def _home(self, name: ast.Name) -> ast.AST:
        """The scope in which ``name`` is assigned: the module's, where it is declared global."""
        scope = self.module.scope(name)
        return self.module.tree if name.id in self.global_names.get(scope, ()) else scope

    def _gives_a_value(self, name: ast.Name) -> bool:
        """Whether a binding is more than ``name: Type`` or ``name = None``."""
        parent = self.module.parents.get(name)
        if isinstance(parent, ast.AnnAssign) and parent.value is None:
            return False
        value = getattr(parent, "value", None)
        return not (isinstance(value, ast.Constant) and value.value is None)

    def rebound(self, scope: ast.AST, name: str) -> bool:
        """Whether a name of ``scope`` is bound in more than one place, so that it may be both."""
        return self._bindings[scope, name] > 1

    def _definitions(self) -> None:
        module = self.module
        for function in module.functions():
            if module.owner(function):
                self.methods.setdefault(function.name, []).append(function)
            else:
                self.definitions[module.scope(function), function.name] = function
        for klass in module.of(ast.ClassDef):
            self.definitions[module.scope(klass), klass.name] = klass
        for attribute in module.of(ast.Attribute):
            owner = isinstance(attribute.ctx, ast.Store) and self.self_class(attribute.value)
            if owner:
                self.class_attributes.setdefault(attribute.attr, set()).add(owner.name)
                if self._is_made(attribute):
                    self.made_attributes.add(attribute.attr)

    def _is_made(self, attribute: ast.Attribute) -> bool:
        """Whether ``self.x`` is assigned what some call gives."""
        assign = self.module.parents.get(attribute)
        value = assign.value if isinstance(assign, (ast.Assign, ast.AnnAssign)) else None
        return isinstance(value.value if isinstance(value, ast.Await) else value, ast.Call)

    def _note_instances(self) -> None:
        """Of which class of this module a name is an instance: ``x = Room()``, ``x: Room``."""
        module = self.module
        for assign in module.of(ast.Assign):
            for target in assign.targets:
                if isinstance(target, ast.Name) and isinstance(assign.value, ast.Call):
                    self._is_instance(self._home(target), target.id, assign.value.func)
        for line in module.of(ast.AnnAssign):
            if isinstance(line.target, ast.Name):
                self._is_instance(self._home(line.target), line.target.id, line.annotation)
        for argument in module.of(ast.arg):
            self._is_instance(module.scope(argument), argument.arg, argument.annotation)

    def _is_instance(self, home: ast.AST, name: str, of: ast.AST | None) -> None:
        """Note what ``of`` says, where it is the name of a class, or the ``cls`` of a method."""
        found = self.definition(of) if isinstance(of, ast.Name) else None
        if found is None and isinstance(of, ast.Name) and of.id == "cls":
            found = self.self_class(of)
        if isinstance(found, ast.ClassDef):
            self._instances.setdefault((home, name), []).append(found)

    def top_level(self) -> dict[str, Callee]:
        """What other modules can import."""
        tree = self.module.tree
        return {name: found for (scope, name), found in self.definitions.items() if scope is tree}

    def skips(self, method: Function) -> int:
        """How many parameters a call of ``object.method`` leaves out."""
        return _bound(method, "self")

    def home(self, name: ast.Name) -> ast.AST | None:
        """The scope that binds ``name``, as seen from where it stands."""
        scope = self.module.scope(name)
        for home in (scope, *self.module.ancestors(scope)):
            if name.id in self.bound.get(home, set()) - self.global_names.get(home, set()):
                return home
        return None

    def callees(self, func: ast.AST, guess: bool = True) -> Iterator[tuple[Callee, int]]:
        """What ``func`` may be in this module, with the number of parameters already bound."""
        if isinstance(func, ast.Name):
            found = self.definition(func)
            if found is not None:
                yield found, 0
        elif isinstance(func, ast.Attribute):
            yield from self._methods(func, guess)

    def _methods(self, func: ast.Attribute, guess: bool) -> Iterator[tuple[Callee, int]]:
        named = self.methods.get(func.attr, [])
        klass = self.self_class(func.value)
        itself = self.definition(func.value) if isinstance(func.value, ast.Name) else None
        if klass is not None:
            yield from ((f, _bound(f, "self")) for f in self._of([klass], named) or named)
        elif isinstance(itself, ast.ClassDef):
            yield from ((f, _bound(f, "class")) for f in named if self.module.owner(f) is itself)
        elif self._classes(func.value):
            yield from ((f, _bound(f, "self")) for f in self._of(self._classes(func.value), named))
        elif guess and len(named) <= GUESSES and not self.module.is_imported(func):
            yield from ((f, _bound(f, "self")) for f in named)

    def _of(self, classes: list[ast.ClassDef], named: list[Function]) -> list[Function]:
        """The methods of these classes, or of their bases in this module."""
        families = [klass for known in classes for klass in self.family(known)]
        return [function for function in named if self.module.owner(function) in families]

    def _classes(self, node: ast.AST) -> list[ast.ClassDef]:
        """The classes of this module of which a name may be an instance."""
        home = self.home(node) if isinstance(node, ast.Name) else None
        return self._instances.get((home, node.id), []) if home else []  # type: ignore[attr-defined]

    def definition(self, name: ast.Name) -> Callee | None:
        scope: ast.AST = self.module.scope(name)
        for home in (scope, *self.module.ancestors(scope)):
            if (home, name.id) in self.definitions:
                return self.definitions[home, name.id]
        return None

    def family(self, klass: ast.ClassDef) -> list[ast.ClassDef]:
        """The class and its bases of this module, nearest first."""
        found = [klass]
        for known in found:
            for base in known.bases:
                parent = self.definition(base) if isinstance(base, ast.Name) else None
                if isinstance(parent, ast.ClassDef) and parent not in found:
                    found.append(parent)
        return found

    def self_class(self, node: ast.AST) -> ast.ClassDef | None:
        """The class, where ``node`` is the ``self`` or ``cls`` of a method."""
        if not isinstance(node, ast.Name):
            return None
        for up in self.module.ancestors(node):
            if isinstance(up, FUNCTIONS):
                klass = self.module.owner(up)
                first = parameters(up)[:1]
                if klass is not None and first and first[0].arg == node.id:
                    return None if _decorated(up, "staticmethod") else klass
        return None


def class_names(klass: ast.ClassDef) -> list[str]:
    """A class's own name and those of its bases, wherever they are."""
    bases = [getattr(base, "attr", getattr(base, "id", "")) for base in klass.bases]
    return [klass.name, *bases]


def _decorated(function: Function, name: str) -> bool:
    return any(isinstance(d, ast.Name) and d.id == name for d in function.decorator_list)


def _bound(function: Function, through: str) -> int:
    """How many parameters a call does not name: 1 for a bound method."""
    if _decorated(function, "staticmethod"):
        return 0
    return 1 if through == "self" or _decorated(function, "classmethod") else 0
