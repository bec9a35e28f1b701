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

CHAINS = 6  # modules that an object is followed through


class Following:
    """The followers of all modules; ``subject`` makes what each of them looks for."""

    def __init__(self, subject: Callable[[Module, Shared], Subject], shared: Shared) -> None:
        self.shared = shared
        self.followers: dict[str, Follower] = {}
        self._subject = subject
        self._definers: dict[str, list[Follower]] = {}

    def add(self, module: Module) -> Follower:
        """Look at ``module``, in place of what was known under its path."""
        follower = Follower(module, self.shared, self._subject(module, self.shared))
        self.followers[module.path] = follower
        return follower

    def follow(self) -> None:
        """Follow within every module, then from one to the next, until nothing is new."""
        self._definers = {}
        for follower in self.followers.values():
            for name in follower.facts.known.top_level():
                self._definers.setdefault(name, []).append(follower)
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
            for name in names:
                yield from self._give_method(sender, name, going)
            return
        parts = going.origin.split(".")
        for depth in (1, 2):  # function or class; method of a class
            name = parts[-depth] if len(parts) >= depth else ""
            for receiver in self._definers.get(name, []):
                if receiver is not sender and fits(receiver.module, parts[:-depth]):
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
        """``room.join(ws)``, where ``Room``, or something that makes one, is imported."""
        for receiver in self._definers.get(name, []):
            if receiver is not sender:
                yield from self._give(receiver, name, going.origin[1:], going)

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


def fits(module: Module, origin: list[str]) -> bool:
    """Whether an import ``from origin import ...`` may mean this module."""
    wanted = [part for part in origin if part]
    have = module.name.split(".")
    if not wanted or not module.name:
        return True
    return wanted[-1] in have or have[0] in wanted
