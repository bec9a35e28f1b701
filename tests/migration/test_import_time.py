"""The checker knows what runs while a module is imported."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.import_time import chooses, guards, reached
from sanic_legacy_ws.migration.inference.syntax import Module


def names(source):
    return reached([Module("app.py", source)])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("make()", {"make"}),
        ("def make(): other()\nmake()", {"make", "other"}),
        ("class App:\n    def __init__(self): self.make()\nApp()", {"App", "make"}),
        ("class App:\n    x = make()", {"make"}),
        ("def main(): make()", set()),
        ("if __name__ == '__main__':\n    make()", set()),
        ("if '__main__' == __name__:\n    make()", set()),
        ("if True:\n    make()", {"make"}),
        ("run(lambda: make())", {"run"}),
    ],
)
def test_reached(source, found):
    """Calls at the top level count, and what they lead to; those behind a guard do not."""
    assert names(source) == found


def test_guards():
    """Only an `if` of the module itself is one."""
    source = "if __name__ == '__main__': ...\nif x == 1: ...\nif y: ...\n"
    assert [guard.lineno for guard in guards(Module("app.py", source))] == [1]


@pytest.mark.parametrize("word", ["Sanic.start_method = 'fork'", "AppLoader(factory=make)"])
def test_chooses(word):
    """One module that says how workers get the app is enough."""
    plain = Module("app.py", "app = 1")
    assert not chooses([plain])
    assert chooses([plain, Module("run.py", word)])
