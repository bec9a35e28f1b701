"""The results as an SVG: a panel a case, a bar a server, shorter is better."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.cases import Case
from benchmarks.report import Results, number
from benchmarks.servers import SERVERS

COLUMNS = 2
WIDTH, MARGIN = 440, 20
LABEL, VALUE = 165, 55  # room for a server's title and for its figure
BAR, GAP, HEADING = 14, 5, 40
COLOURS = {"ours": "#0969da", "raw": "#8c959f"}
PEER = "#d0a215"
UNITS = {
    "memory": "RSS, KiB per connection",
    "crowd": "CPU, us per connection",
    "neighbour": "latency of the HTTP request, us, 99th percentile",
}


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'


def _panel(results: Results, case: Case, x: int, y: int) -> list[str]:
    found = ((server, results.headline(server, case)) for server in results.servers(case))
    figures = sorted(
        ((server, figure) for server, figure in found if figure), key=lambda pair: pair[1]
    )
    unit = UNITS.get(case.mode, "CPU, us per message")
    lines = [_text(x, y + 14, case.title, 'class="title"')]
    lines.append(_text(x, y + 29, f"{unit}; shorter is better", 'class="unit"'))
    longest = max((figure for _, figure in figures), default=1.0)
    for row, (server, figure) in enumerate(figures):
        top = y + HEADING + row * (BAR + GAP)
        length = max(1.0, figure / longest * (WIDTH - LABEL - VALUE))
        colour = COLOURS.get(server, PEER)
        bold = ' font-weight="bold"' if server == "ours" else ""
        title = SERVERS[server].title
        lines.append(_text(x + LABEL - 6, top + 11, title, f'text-anchor="end"{bold}'))
        lines.append(
            f'<rect x="{x + LABEL}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>'
        )
        lines.append(_text(x + LABEL + length + 5, top + 11, number(figure), bold))
    return lines


def _height(results: Results, case: Case) -> int:
    return HEADING + len(results.servers(case)) * (BAR + GAP) + MARGIN


def chart(results: Results) -> str:
    """The whole picture, as text of an SVG file."""
    body: list[str] = []
    y = MARGIN
    cases = results.cases()
    for start in range(0, len(cases), COLUMNS):
        row = cases[start : start + COLUMNS]
        for column, case in enumerate(row):
            body += _panel(results, case, MARGIN + column * (WIDTH + MARGIN), y)
        y += max(_height(results, case) for case in row)
    width = MARGIN + COLUMNS * (WIDTH + MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" '
        f'height="{y}" font-family="sans-serif" font-size="11" fill="#24292f">'
        "<style>.title{font-size:13px;font-weight:bold}.unit{fill:#57606a}</style>"
        '<rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, *body, "</svg>"]) + "\n"
