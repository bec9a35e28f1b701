"""How to rewrite what a rule finds, on libcst's concrete syntax tree. Needs libcst."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import libcst as cst

from . import attributes, clauses, imports, starts, statements
from .edit import Edit

Rewrite = Callable[[cst.CSTNode, Edit], Any]


class Fix(NamedTuple):
    """What kind of node to rewrite, and how; a rewrite that gives None leaves it alone.

    The node is the one that starts where the finding is, or, if ``exact``, ends there as well;
    or, if ``around``, the one in which the finding is.
    """

    kind: type[cst.CSTNode]
    rewrite: Rewrite
    around: bool = False
    exact: bool = False


FIXES: dict[str, tuple[Fix, ...]] = {
    "SLW101": (Fix(cst.SimpleStatementLine, imports.removed_module),),
    "SLW102": (Fix(cst.SimpleStatementLine, imports.common_protocol),),
    "SLW105": (Fix(cst.SimpleStatementLine, imports.package_import),),
    "SLW201": (
        Fix(cst.ExceptHandler, clauses.connection_closed),
        Fix(cst.Call, clauses.suppressed),
    ),
    "SLW205": (Fix(cst.Try, clauses.cancelled, around=True),),
    "SLW301": (Fix(cst.Attribute, attributes.state),),
    "SLW302": (Fix(cst.Attribute, attributes.address),),
    "SLW303": (Fix(cst.Attribute, attributes.close_code),),
    "SLW306": (Fix(cst.Attribute, attributes.wait_closed),),
    "SLW307": (Fix(cst.Attribute, attributes.headers),),
    "SLW308": (Fix(cst.Call, statements.join_fragments),),
    "SLW311": (Fix(cst.Attribute, attributes.connection),),
    "SLW401": (Fix(cst.SimpleStatementLine, statements.receive_with_timeout, around=True),),
    "SLW502": (Fix(cst.Call, statements.drop_protocol, around=True),),
    "SLW601": (
        Fix(cst.Attribute, starts.in_context, exact=True),
        Fix(cst.Call, starts.in_context, exact=True),
    ),
    "SLW602": (Fix(cst.Call, starts.named, exact=True),),
    "SLW603": (
        Fix(cst.SimpleString, starts.expression, exact=True),
        Fix(cst.Name, starts.expression, exact=True),
    ),
    "SLW604": (Fix(cst.Call, starts.route_name, exact=True),),
    "SLW605": (Fix(cst.SimpleStatementLine, starts.started_up, around=True),),
    "SLW606": (Fix(cst.Module, starts.guarded, around=True),),
    "SLW607": (Fix(cst.SimpleStatementLine, starts.aborted, around=True),),
    "SLW609": (Fix(cst.Subscript, starts.request_item, exact=True),),
    "SLW610": (Fix(cst.Call, starts.body, exact=True),),
    "SLW611": (Fix(cst.Call, starts.renamed, exact=True),),
    "SLW612": (Fix(cst.Call, starts.argument, exact=True),),
    "SLW613": (Fix(cst.SimpleStatementLine, starts.cookie, around=True),),
    "SLW614": (Fix(cst.SimpleString, starts.expression, exact=True),),
}
