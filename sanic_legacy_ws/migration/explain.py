"""Rules as Markdown: a page each, and the whole reference."""

from __future__ import annotations

from functools import partial
from typing import Callable, Iterable, Iterator

from . import api_table
from .rule import Change, Rule
from .rules import HOUSEKEEPING, KINDS, RULES

INTRODUCTION = """\
# Rules

`sanic-legacy-ws check` reports these. `--to shim` is for an old app that moves to this package.
`--to native` is for an app that moves to Sanic's own websocket (Sanic 21.9 and newer). The meaning
of a code never changes.

If a finding is no problem, add a comment at the end of its line: `# slw: ignore[SLW201]`. SLW002
reports comments that are not needed.
"""
DIRECTIONS = (("to_shim", "--to shim"), ("to_native", "--to native"))
FIXES = {
    "safe": "`sanic-legacy-ws fix` makes this change where it is certain.",
    "unsafe": "`sanic-legacy-ws fix --unsafe` makes this change; check the result.",
    None: "Change this by hand. `sanic-legacy-ws fix` adds a TODO comment.",
}


def section(rule: Rule, level: int = 2) -> str:
    """One rule, as ``explain`` shows it; its page in the reference has level 1."""
    parts = [f"{'#' * level} {rule.code}: {rule.title}", rule.why, *_changes(rule)]
    parts.append(FIXES[rule.fixable])
    return "\n\n".join(parts) + "\n"


def _changes(rule: Rule) -> Iterator[str]:
    """What to change for each direction; once, where both ask for the same."""
    if rule.to_shim and rule.to_shim == rule.to_native:
        yield _change("--to shim` and `--to native", rule.to_shim)
        return
    for field, option in DIRECTIONS:
        change: Change | None = getattr(rule, field)
        yield _change(option, change) if change else f"`{option}`: nothing to do."


def _change(option: str, change: Change) -> str:
    fence = f"```{change.language}\n"
    before, after = (f"{fence}{text}```" for text in (change.before, change.after))
    note = f"\n\n{change.note}" if change.note else ""
    return f"`{option}`, before:\n\n{before}\n\nafter:\n\n{after}{note}"


def page(rule: Rule) -> str:
    """The name of a rule's page in docs/reference."""
    return f"rules/{rule.code.lower()}.md"


def index(rules: Iterable[Rule] = RULES) -> str:
    """A table of rules, each with its page."""
    lines = ["| Code | What | Directions | Fix |", "|---|---|---|---|"]
    for rule in rules:
        ways = ", ".join(sorted(way.value for way in rule.directions))
        lines.append(
            f"| [{rule.code}]({page(rule)}) | {rule.title} | {ways} | {rule.fixable or '-'} |"
        )
    return "\n".join(lines) + "\n"


def reference() -> str:
    """The text of docs/reference/rules.md."""
    parts = [INTRODUCTION]
    for prefix, kind in KINDS.items():
        parts.append(f"## {kind}\n")
        rules = [rule for rule in RULES if rule.code.startswith(prefix)]
        parts += [index(rules)] if rules else []
        own = {code: what for code, what in HOUSEKEEPING.items() if code.startswith(prefix)}
        parts.extend(f"### {code}\n\nReports {what}.\n" for code, what in own.items())
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": reference,
    "old-native-shim.md": api_table.as_markdown,
    **{page(rule): partial(section, rule, 1) for rule in RULES},
}
