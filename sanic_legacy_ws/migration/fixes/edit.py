"""What a rewrite is given beside the node."""

from __future__ import annotations

from typing import NamedTuple

from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from ..model import Finding, Target


class Edit(NamedTuple):
    """A finding to fix, for whom, and the imports that change with it."""

    finding: Finding
    target: Target
    request: str | None
    context: CodemodContext

    def need(self, module: str, name: str | None = None) -> None:
        """Import ``module``, or ``name`` from it, unless the file does already."""
        AddImportsVisitor.add_needed_import(self.context, module, name)

    def drop(self, module: str, name: str) -> None:
        """Remove an import that nothing uses any more."""
        RemoveImportsVisitor.remove_unused_import(self.context, module, name)
