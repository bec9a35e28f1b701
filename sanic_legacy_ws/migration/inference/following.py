"""One kind of object followed through all modules of a code base, from one to the next."""

from __future__ import annotations

import ast
from typing import Callable, Iterator

from .definitions import Callee
from .facts import Outgoing, Shared
from .flow import Follower
from .shapes import Trace
from .syntax import FUNCTIONS, Module
from .values import Subject

# What lists, dicts and the like have: called on them, not on a class of the app's.
COMMON = frozenset(name for kind in (list, dict, set, str, bytes) for name in dir(kind))
COMMON |= {"send", "close", "put", "put_nowait", "run", "start", "write", "publish"}
CHAINS = 6  # modules that an object is followed through


class Following:
    """The followers of all modules; ``subject`` makes what each of them looks for."""

    def __init__(self, subject: Callable[[Module, Shared], Subject], shared: Shared) -> None:
        self.shared = shared
        self.followers: dict[str, Follower] = {}
        self._subject = subject
        self._definers: dict[str, list[Follower]] = {}
        self._methods: dict[str, list[tuple[Follower, str]]] = {}  # with the name of their class

    def add(self, module: Module) -> Follower:
        """Look at ``module``, in place of what was known under its path."""
        follower = Follower(module, self.shared, self._subject(module, self.shared))
        self.followers[module.path] = follower
        return follower

    def follow(self) -> None:
        """Follow within every module, then from one to the next, until nothing is new."""
        self._definers, self._methods = {}, {}
        for follower in self.followers.values():
            for name, found in follower.facts.known.top_level().items():
                self._definers.setdefault(name, []).append(follower)
                for method in getattr(found, "body", ()) if isinstance(found, ast.ClassDef) else ():
                    if isinstance(method, FUNCTIONS):
                        self._methods.setdefault(method.name, []).append((follower, name))
        todo = list(self.followers.values())
        given: set[tuple[str, Outgoing]] = set()
        for _ in range(CHAINS):
            for follower in todo:
                follower.run()
            todo = [*self._hand_over(given), *self._lend()]
            if not todo:
                return

    def defined(self, origin: str) -> Iterator[tuple[Module, Callee]]:
        """Functions and classes that a dotted name may mean, wherever they are defined."""
        *package, name = origin.split(".")
        for follower in self._definers.get(name, []):
            if package and fits(follower.module, package):
                yield follower.module, follower.facts.known.top_level()[name]

    def method(self, name: str) -> Iterator[tuple[Module, Callee]]:
        """The method that a call of ``anything.name`` must mean: the only one of the code base."""
        found = self._methods.get(name, [])
        for follower, klass in found if len(found) == 1 and name not in COMMON else ():
            for part in getattr(follower.facts.known.top_level()[klass], "body", ()):
                if isinstance(part, FUNCTIONS) and part.name == name:
                    yield follower.module, part

    # -- what is given to a function of another module

    def _hand_over(self, given: set[tuple[str, Outgoing]]) -> list[Follower]:
        """Pass what leaves a module to those that define what it is given to."""
        reached: dict[str, Follower] = {}
        for path, follower in self.followers.items():
            for going in follower.facts.outgoing:
                if (path, going) not in given:
                    given.add((path, going))
                    for receiver in self._receivers(follower, going):
                        reached[receiver.module.path] = receiver
        return list(reached.values())

    def _receivers(self, sender: Follower, going: Outgoing) -> Iterator[Follower]:
        if going.origin.startswith(".") and going.origin.count(".") == 1:
            names = [n.rpartition(".")[2] for n in sender.module.origins.values()]
            given = [r for name in names for r in self._give_method(sender, name, going)]
            yield from given or self._give_only(sender, going)
            return
        parts = going.origin.split(".")
        for depth in (1, 2):  # function or class; method of a class
            name = parts[-depth] if len(parts) >= depth else ""
            for receiver in nearest(self._definers.get(name, []), parts[:-depth]):
                if receiver is not sender:
                    yield from self._give(receiver, name, parts[-1] if depth == 2 else "", going)

    def _give(
        self, receiver: Follower, name: str, method: str, going: Outgoing
    ) -> Iterator[Follower]:
        callee = receiver.facts.known.top_level()[name]
        body = getattr(callee, "body", [])
        if method:
            found = [f for f in body if isinstance(f, FUNCTIONS) and f.name == method]
            for function in found:
                skip = receiver.facts.known.skips(function)
                receiver.facts.give(function, going.place, skip, going.trace)
            if not found:
                return
        else:
            receiver.facts.give(callee, going.place, 0, going.trace)
        yield receiver

    def _give_method(self, sender: Follower, name: str, going: Outgoing) -> Iterator[Follower]:
        """``hub.join(ws)``, where ``Hub``, or something that makes one, is imported."""
        for receiver in self._definers.get(name, []):
            if receiver is not sender:
                yield from self._give(receiver, name, going.origin[1:], going)

    def _give_only(self, sender: Follower, going: Outgoing) -> Iterator[Follower]:
        """``hub.join(ws)``, where nothing says what ``hub`` is, and one class has a ``join``."""
        for module, _ in self.method(going.origin[1:]):
            receiver = self.followers[module.path]
            ((_, klass),) = self._methods[going.origin[1:]]
            if receiver is not sender:
                yield from self._give(receiver, klass, going.origin[1:], going)

    # -- what is imported from another module

    def _lend(self) -> list[Follower]:
        """Pass what a module holds at its top level, or returns, to those that import it."""
        lent: dict[str, list[tuple[Follower, Trace]]] = {}
        for follower in self.followers.values():
            for name, trace in follower.facts.exports():
                lent.setdefault(name, []).append((follower, trace))
        return [f for f in self.followers.values() if lent and self._borrow(f, lent)]

    @staticmethod
    def _borrow(follower: Follower, lent: dict[str, list[tuple[Follower, Trace]]]) -> bool:
        """Put down what ``follower`` imports of what is lent; return whether any is new."""
        new = False
        for origin in follower.module.known(_imported):
            *package, name = origin.split(".")
            for call in ("", "()"):
                for lender, trace in lent.get(f"{name}{call}", ()):
                    if lender is not follower and fits(lender.module, package):
                        new |= follower.facts.borrow(f"{origin}{call}", trace)
        return new


def _imported(module: Module) -> frozenset[str]:
    """Dotted names of what a module imports, and takes from modules that it imports."""
    taken = {module.origin(node) for node in module.of(ast.Attribute) if module.is_imported(node)}
    return frozenset(taken.union(module.origins.values()))


def nearest(definers: list[Follower], origin: list[str]) -> list[Follower]:
    """Those whose module an import may mean; only the one of just that name, if there is one."""
    found = [follower for follower in definers if fits(follower.module, origin)]
    last = [part for part in origin if part][-1:]
    exact = [follower for follower in found if follower.module.name.split(".")[-1:] == last]
    return exact or found


def fits(module: Module, origin: list[str]) -> bool:
    """Whether an import ``from origin import ...`` may mean this module."""
    wanted = [part for part in origin if part]
    have = module.name.split(".")
    if not wanted or not module.name:
        return True
    return wanted[-1] in have or have[0] in wanted
