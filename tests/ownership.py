"""Reads from the package's syntax which class declares, writes and uses which attribute."""

from __future__ import annotations

import ast
from pathlib import Path

PLAIN = {"ABC", "Exception", "Generic", "NamedTuple", "Protocol", "object", "Enum", "IntEnum"}
"""Bases from outside of the package that bring no attributes of their own along."""


def name_of(path, package):
    """The dotted name of a module below the package, without the package's own."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


class Module:
    """One file: what it imports from the package, and its classes."""

    def __init__(self, path, package):
        self.path = path
        self.name = name_of(path, package)
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.tree = ast.parse("\n".join(self.lines))
        inside = self.name.split(".") if path.name == "__init__.py" else self.name.split(".")[:-1]
        self.imported = {}  # name here -> (module of the package, name there)
        self.foreign = set()  # names of modules from elsewhere
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                self._import_from(node, [part for part in inside if part])
            elif isinstance(node, ast.Import):
                self.foreign |= {(a.asname or a.name).split(".")[0] for a in node.names}
        self.classes = {
            node.name: Class(node, self)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ClassDef)
        }

    def is_commented(self, number):
        """Whether a line has a comment, or the lines that it stands with have one above them."""
        begin = number - 1
        while self.lines[begin - 1].strip() and not self.lines[begin].lstrip().startswith("#"):
            begin -= 1
        return "#" in self.lines[number - 1] or self.lines[begin].lstrip().startswith("#")

    def _import_from(self, node, inside):
        if not node.level:
            return
        base = inside[: len(inside) - node.level + 1] + (node.module or "").split(".")
        for alias in node.names:
            module = ".".join(part for part in base if part)
            self.imported[alias.asname or alias.name] = (module, alias.name)


class Class:
    """One class: its bases, the attributes it declares and writes, and its methods."""

    def __init__(self, node, module):
        self.node, self.module, self.name = node, module, node.name
        self.methods = {n.name: n for n in node.body if isinstance(n, FUNCTION)}
        self.written = {}  # attribute -> line of the first write
        self.needed = set()  # attributes that are only annotated: another class has them
        for method in self.methods.values():
            for target in written(method):
                if is_self(target.value):
                    self.written.setdefault(target.attr, target.lineno)
        self.declared = {}  # attribute -> line
        self.fresh = set()  # those of them that begin as nothing: no argument says what they are
        for statement in node.body:
            self._declare(statement)
        self._declare_in(self.methods.get("__init__"))

    def _declare(self, statement):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, valued = statement.target.id, statement.value is not None
            if valued or name in self.written:
                self.declared[name] = statement.lineno
                self.fresh.add(name)
            else:
                self.needed.add(name)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                alias = isinstance(statement.value, ast.Name) and statement.value.id in self.methods
                if isinstance(target, ast.Name) and not alias:
                    self.declared[target.id] = statement.lineno
                    self.fresh.add(target.id)

    def _declare_in(self, constructor):
        for node in ast.walk(constructor) if constructor is not None else ():
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                self._declare_attributes(target, getattr(node, "value", None))

    def _declare_attributes(self, target, value):
        for node in ast.walk(target) if target is not None else ():
            if isinstance(node, ast.Attribute) and is_self(node.value):
                self.declared.setdefault(node.attr, node.lineno)
                if is_nothing(value):
                    self.fresh.add(node.attr)

    def __repr__(self):
        return f"{self.module.name}.{self.name}"


FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_self(node):
    """Whether an expression is ``self`` or ``cls``."""
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def is_nothing(value):
    """Whether an expression is a constant, or an empty collection."""
    return isinstance(value, ast.Constant) or not any(
        isinstance(node, (ast.Name, ast.Constant, ast.Attribute)) for node in ast.walk(value)
    )


def written(function):
    """The attributes that a function assigns or deletes."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node


class Package:
    """All modules, and which class is below which."""

    def __init__(self, root: Path):
        self.modules = {name_of(path, root): Module(path, root) for path in root.rglob("*.py")}
        self.classes = [c for module in self.modules.values() for c in module.classes.values()]

    def resolve(self, module, name):
        """The class that ``name`` is in ``module``, None for one from elsewhere."""
        if name in module.classes:
            return module.classes[name]
        home, there = module.imported.get(name, (None, None))
        return self.resolve(self.modules[home], there) if home in self.modules else None

    def bases(self, cls):
        """The direct bases that are in the package."""
        found = (self.resolve(cls.module, ast.unparse(base)) for base in cls.node.bases)
        return [base for base in found if base is not None]

    def line(self, cls):
        """The class and all that it inherits from, in the package."""
        found = {cls: None}
        for base in self.bases(cls):
            found.update(dict.fromkeys(self.line(base)))
        return list(found)

    def is_closed(self, cls):
        """Whether all that a class inherits is in the package."""
        for each in self.line(cls):
            for base in each.node.bases:
                known = ast.unparse(base).split("[")[0].split(".")[-1]
                if self.resolve(each.module, known) is None and known not in PLAIN:
                    return False
        return True

    def imports(self, module):
        """The modules of the package that a module imports, wherever in it."""
        for home, there in module.imported.values():
            inner = f"{home}.{there}" if home else there
            yield inner if inner in self.modules else home
