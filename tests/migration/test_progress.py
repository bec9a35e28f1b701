"""The progress bar."""

from __future__ import annotations

import io

from sanic_legacy_ws.migration.progress import Bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_is_silent_off_a_terminal():
    """Nothing is drawn into a file or a pipe."""
    stream = io.StringIO()
    bar = Bar(stream)
    bar(0, 2)
    bar(2, 2)
    assert stream.getvalue() == ""


def test_draws_and_erases():
    """On a terminal it draws, and leaves nothing behind."""
    stream = Terminal()
    bar = Bar(stream)
    bar._next = 0.0
    bar(1, 2)
    bar(2, 2)
    assert "] 1/2 files" in stream.getvalue()
    assert stream.getvalue().endswith(Bar.erase)
