"""How the site is built: `python -m sphinx -W -n -b html docs site`.

The pages are plain Markdown, whole as they are: `python docs/generate.py` writes what comes from
the code. All that is added here is the menu.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import sanic_legacy_ws  # noqa: E402

PYPROJECT = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
REPOSITORY = re.search(r'^Source = "(.*)"$', PYPROJECT, re.M)[1]

project = "sanic-legacy-ws"
author = "the sanic-legacy-ws authors"
copyright = "the sanic-legacy-ws authors"
version = release = sanic_legacy_ws.__version__

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["requirements.txt"]
source_suffix = {".md": "markdown"}
nitpicky = True

myst_heading_anchors = 4
smartquotes = False  # quotes of a command stay as they are typed

html_theme = "furo"
html_title = "sanic-legacy-ws"
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
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

MENU = {
    "index": {
        "Tutorials": ["tutorial/first-steps", "tutorial/*"],
        "How-to": [
            "how-to/choose-a-way-in",
            "how-to/handle-disconnects",
            "how-to/deploy",
            "how-to/*",
        ],
        "Reference": ["reference/api", "reference/settings", "reference/*"],
        "Explanation": ["explanation/*"],
    },
    "reference/rules": {"": ["rules/*"]},
}
"""The pages below a page, by caption. A directive in the page would show wherever it is read."""


LINK = re.compile(r"\]\((\.\.?/[^)\s]*)\)")


def add_menu(app, docname, source):
    """Put the pages below this one into the menu."""
    for caption, pages in MENU.get(docname, {}).items():
        options = ":hidden:\n:glob:\n" + (f":caption: {caption}\n" if caption else "")
        source[0] += "\n\n```{toctree}\n" + options + "\n" + "\n".join(pages) + "\n```\n"


def link_to_repository(app, docname, source):
    """Have links to files outside of docs/ lead to the repository."""

    def absolute(found):
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(docname), found[1]))
        return found[0] if path.startswith("docs/") else f"]({REPOSITORY}/blob/main/{path})"

    source[0] = LINK.sub(absolute, source[0])


def setup(app):
    app.connect("source-read", add_menu)
    app.connect("source-read", link_to_repository)
