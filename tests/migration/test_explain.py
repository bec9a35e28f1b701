"""Rules as Markdown, and the generated pages of the reference."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

from sanic_legacy_ws.migration.explain import PAGES, index, reference, section
from sanic_legacy_ws.migration.rules import HOUSEKEEPING, RULES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name):
    """The page in docs/reference is what the rules give now; `docs/generate.py` writes it."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_rule_has_a_page():
    """The reference has a page for each rule, which the index leads to, and no other."""
    text = reference()
    pages = sorted(path.name for path in (REFERENCE / "rules").iterdir())
    assert pages == sorted(f"{rule.code.lower()}.md" for rule in RULES)
    assert re.findall(r"\]\(rules/(.+?)\)", text) == [f"{rule.code.lower()}.md" for rule in RULES]
    assert index().count("](rules/slw") == len(RULES)


def test_housekeeping_has_sections():
    """The codes that no rule has are told of in the reference itself."""
    assert re.findall(r"^### (SLW\d+)", reference(), re.MULTILINE) == sorted(HOUSEKEEPING)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_examples_are_python(rule):
    """What stands under a rule as Python can be parsed inside a coroutine."""
    for code in re.findall(r"```python\n(.*?)```", section(rule), re.DOTALL):
        if code.startswith("@"):
            code += "async def handler(request, ws): ...\n"
        ast.parse("async def f():\n" + textwrap.indent(f"pass\n{code}", "    "))


def test_the_same_change_is_told_once():
    """Where both directions ask for the same change, it is shown once."""
    both = [rule for rule in RULES if rule.to_shim and rule.to_shim == rule.to_native]
    assert both
    for rule in both:
        assert section(rule).count("before:") == 1, rule.code
