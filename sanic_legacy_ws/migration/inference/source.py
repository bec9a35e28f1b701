"""Reads source files as Python does: by their coding line, without falling over a bad one."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path
from typing import Pattern


class Unreadable(Exception):
    """A file that cannot be read or parsed, and where."""

    def __init__(self, path: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.line = line
        self.column = column

    @classmethod
    def from_syntax(cls, path: str, error: Exception) -> Unreadable:
        line = getattr(error, "lineno", None) or 1
        column = getattr(error, "offset", None) or 1
        return cls(
            path, getattr(error, "msg", None) or str(error) or "too deeply nested", line, column
        )


def decode(data: bytes, path: str) -> tuple[str, str]:
    """The text of a Python file and its encoding; newlines are left as they are."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), encoding
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise Unreadable(path, str(error)) from error


def read_source(path: Path, worth: Pattern[bytes] | None = None) -> str | None:
    """The text of a file; None where ``worth`` finds nothing in it. Raises Unreadable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), error.strerror or str(error)) from error
    if worth is not None and not worth.search(data):
        return None
    return decode(data, str(path))[0]
