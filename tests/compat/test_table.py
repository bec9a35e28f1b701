"""What is in the table, and what is not."""

from __future__ import annotations

import pytest

from sanic_legacy_ws._compat.table import ENVIRONMENTS, FIRST, LINES, untested


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: env.name)
def test_what_is_in_the_table_is_tested(env):
    """Each of its environments, with the first release that a bound lets in."""
    websockets = env.websockets.strip("=").replace("<11", "10.4")
    assert untested(env.sanic, websockets, env.python) == []


def test_a_patch_release_is_no_news():
    """Nor is a release of websockets with the same first number, or one between two tested."""
    assert untested("25.12.9", "17.9.1", "3.14.99") == []
    assert untested("25.12.1", "14.2", "3.13.0") == []


def test_what_is_in_no_environment():
    """Each is told, with what is tested."""
    assert untested("26.6.0", "18.0", "3.16.0b1") == [
        "Sanic 26.6 (20.12 to 25.12 are)",
        "websockets 18 (8 to 17 are)",
        "Python 3.16 (3.8 to 3.15 are)",
    ]


def test_a_line_that_was_never_released():
    """A number between two lines is in the table as little as one beyond its end."""
    assert untested("25.6.0", "17.4", "3.13.0") == ["Sanic 25.6 (20.12 to 25.12 are)"]


def test_no_environment_twice():
    """Each has a name of its own, and each line of Sanic is in LINES once."""
    assert len({env.name for env in ENVIRONMENTS}) == len(ENVIRONMENTS)
    assert len({env.line for env in LINES}) == len(LINES) == len({env.line for env in ENVIRONMENTS})


def test_each_python_tests_once_what_needs_no_sanic():
    """Every Python of the table has an environment for it."""
    assert sorted(FIRST) == sorted({env.python for env in ENVIRONMENTS})
    assert all(env.python == python for python, env in FIRST.items())
