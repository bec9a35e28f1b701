"""The results as SVG: a panel a case, a bar a server, shorter is better.

A panel is narrow enough for a telephone, and has colours for a light and for a dark page.
"""

from __future__ import annotations

from textwrap import wrap
from xml.sax.saxutils import escape

from benchmarks.cases import Case
from benchmarks.report import Results, number
from benchmarks.servers import SERVERS

COLUMNS = 2
WIDTH, MARGIN = 380, 12
VALUE = 44  # what a figure takes
LETTER = 7  # what a letter takes on average, in the widest of the usual fonts
BAR, GAP, HEADING = 15, 6, 46
TITLE, LINE = 43, 18  # letters in a line of a panel's title, and the height of a further line
KINDS = {"ours": "ours", "raw": "raw"}  # of the bars; all others are "peer"
STYLE = """
.page{fill:#fff}.name{font-weight:bold;font-size:15px}.unit{fill:#57606a}.own{font-weight:bold}
text{fill:#24292f;font:13px sans-serif}.ours{fill:#0969da}.peer{fill:#d4a72c}.raw{fill:#8c959f}
@media(prefers-color-scheme:dark){.page{fill:#131416}text{fill:#e6edf3}.unit{fill:#9da7b3}
.ours{fill:#4493f8}.peer{fill:#bb8009}.raw{fill:#6e7681}}
"""


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _panel(results: Results, case: Case, x: int, y: int) -> list[str]:
    found = ((server, results.headline(server, case)) for server in results.servers(case))
    figures = sorted(
        ((server, figure) for server, figure in found if figure), key=lambda pair: pair[1]
    )
    label = 10 + LETTER * max((len(SERVERS[server].title) for server, _ in figures), default=0)
    title = wrap(case.title, TITLE)
    lines = [_text(x, y + 15 + LINE * row, line, "name") for row, line in enumerate(title)]
    y += LINE * (len(title) - 1)
    lines.append(_text(x, y + 34, f"{case.unit}, shorter is better", "unit"))
    longest = max((figure for _, figure in figures), default=1.0)
    for row, (server, figure) in enumerate(figures):
        top = y + HEADING + row * (BAR + GAP)
        length = max(1.0, figure / longest * (WIDTH - label - VALUE))
        own = "own" if server == "ours" else ""
        kind = KINDS.get(server, "peer")
        lines.append(_text(x + label - 6, top + 12, SERVERS[server].title, own, "end"))
        size = f'y="{top}" width="{length:.1f}" height="{BAR}"'
        lines.append(f'<rect x="{x + label:.1f}" {size} class="{kind}"/>')
        lines.append(_text(x + label + length + 5, top + 12, number(figure), own))
    return lines


def _height(results: Results, case: Case) -> int:
    heading = HEADING + LINE * (len(wrap(case.title, TITLE)) - 1)
    return heading + len(results.servers(case)) * (BAR + GAP) + MARGIN


def chart(results: Results, columns: int = COLUMNS) -> str:
    """All cases of ``results`` in one picture, as the text of an SVG file."""
    body: list[str] = []
    y = MARGIN
    cases = results.cases()
    for start in range(0, len(cases), columns):
        row = cases[start : start + columns]
        for column, case in enumerate(row):
            body += _panel(results, case, MARGIN + column * (WIDTH + MARGIN), y)
        y += max(_height(results, case) for case in row)
    width = MARGIN + columns * (WIDTH + MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" '
        f'height="{y}" role="img">'
        f'<style>{STYLE}</style><rect width="100%" height="100%" rx="6" class="page"/>'
    )
    return "\n".join([head, *body, "</svg>"]) + "\n"
