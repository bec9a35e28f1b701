"""How the site is built: `python -m sphinx -W -n -b html docs site`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import diagrams  # noqa: E402
import tables  # noqa: E402

import sanic_legacy_ws  # noqa: E402

project = "sanic-legacy-ws"
author = "the sanic-legacy-ws maintainers"
copyright = "the sanic-legacy-ws maintainers"
version = release = sanic_legacy_ws.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_generated", "requirements.txt"]
source_suffix = {".md": "markdown"}
nitpicky = True
nitpick_ignore_regex = [
    # Types of the standard library and of Sanic: their documentation is elsewhere.
    ("py:.*", r"(?!sanic_legacy_ws).*"),
    # Where a public name really lives, as signatures tell it.
    ("py:class", r"sanic_legacy_ws\.(_compat|server|guests|binding|connection)\..*"),
]

myst_enable_extensions = ["colon_fence", "attrs_inline"]
myst_heading_anchors = 3

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"

html_theme = "furo"
html_title = "sanic-legacy-ws"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/mark.svg"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#c2255c", "color-brand-content": "#c2255c"},
    "dark_css_variables": {"color-brand-primary": "#f783ac", "color-brand-content": "#f783ac"},
    "light_logo": "mark.svg",
    "dark_logo": "mark.svg",
}


NAMED = re.compile(r"(\w+): ")


def bullets(app, what, name, obj, options, lines):
    """Show the paragraphs of a docstring that begin with a name and a colon as a list."""
    shown = []
    for line in lines:
        starts = NAMED.match(line)
        continues = bool(shown) and line.startswith(" ") and shown[-1].startswith(("- ", "  "))
        if starts and not (shown and shown[-1].startswith("- ")) and shown and shown[-1]:
            shown.append("")
        if starts:
            shown.append(f"- `{starts[1]}`: {line[starts.end() :]}")
        elif continues:
            shown.append("  " + line.strip())
        else:
            shown.append(line)
    lines[:] = shown


def setup(app):
    """Write what the pages include, before they are read."""
    app.connect("autodoc-process-docstring", bullets)
    generated = HERE / "_generated"
    tables.write(generated)
    diagrams.write(generated)
