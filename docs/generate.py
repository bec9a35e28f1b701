"""Write what the documentation has from the code: `python docs/generate.py`.

A page says where a part goes by two comments, `<!-- NAME ARGUMENT: written by docs/generate.py -->`
and `<!-- /NAME -->`: what stands between them is replaced. So every page is whole wherever it is
read. Pictures and the pages that are generated as a whole are written too. With `--check` nothing
is written: what is out of date is named, and the exit status is 1.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
CHARTS = DOCS / "_static" / "benchmarks"
sys.path[:0] = [str(DOCS), str(ROOT)]

import api  # noqa: E402
import diagrams  # noqa: E402
import tables  # noqa: E402

PART = re.compile(
    r"(<!-- (?P<name>[a-z-]+)(?: (?P<argument>[^\n]*?))?: written by docs/generate\.py -->\n)"
    r".*?(<!-- /(?P=name) -->)",
    re.S,
)
HEADING = re.compile(r"^(#+) ", re.M)
CODE = re.compile(r"^```.*?^```$", re.S | re.M)


class Place(NamedTuple):
    """Where a part goes: its page, and the level of headings in it."""

    page: Path
    level: int


def entries(argument: str, place: Place) -> str:
    """Signature and docstring of each of these names; a method is below its class."""
    names = [path.replace("()", "") for path in argument.split()]
    below = [name.rpartition(".")[0] in names for name in names]
    paths = zip(argument.split(), below)
    return "\n".join(api.entry(path, place.level + deeper) for path, deeper in paths)


def attributes(argument: str, place: Place) -> str:
    """The properties of a class, by their names behind it."""
    owner, *names = argument.split()
    return api.attributes(owner, names)


def example(argument: str, place: Place) -> str:
    """A file of the repository, with a link to it."""
    text = (ROOT / argument).read_text(encoding="utf-8")
    link = os.path.relpath(ROOT / argument, place.page.parent)
    return f"[{argument}]({link}):\n\n```python\n{text}```\n"


def charts(argument: str, place: Place) -> str:
    """The charts of these cases of the benchmark."""
    folder = os.path.relpath(CHARTS, place.page.parent)
    lines = (f"![{tables.chart_title(case)}]({folder}/{case}.svg)" for case in argument.split())
    return "\n".join(lines) + "\n"


def plain(make: Callable[[], str]) -> Callable[[str, Place], str]:
    """A part that takes no argument."""
    return lambda argument, place: make()


PARTS: dict[str, Callable[[str, Place], str]] = {
    "api": entries,
    "attributes": attributes,
    "example": example,
    "charts": charts,
    "layers": plain(diagrams.layers_table),
    **{name: plain(make) for name, make in tables.PARTS.items()},
}


def filled(page: Path, text: str) -> str:
    """Return a page's text with its generated parts up to date."""

    def part(found: re.Match[str]) -> str:
        written = CODE.sub("", PART.sub("", text[: found.start()]))
        place = Place(page, len(HEADING.findall(written)[-1]) + 1)
        made = PARTS[found["name"]](found["argument"] or "", place)
        return f"{found[1]}\n{made.strip()}\n\n{found[4]}"

    return PART.sub(part, text)


def pages() -> list[Path]:
    """The files in which there may be generated parts."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def files() -> Iterator[tuple[Path, str]]:
    """Every file that is generated or has generated parts, with its right text."""
    from sanic_legacy_ws.migration import explain

    for name, make in explain.PAGES.items():
        yield DOCS / "reference" / name, make()
    for name, text in tables.charts().items():
        yield CHARTS / name, text
    for name, text in diagrams.pictures().items():
        yield DOCS / "_static" / name, text
    for path in pages():
        text = path.read_text(encoding="utf-8")
        if PART.search(text):
            yield path, filled(path, text)


def main(arguments: list[str]) -> int:
    stale = [(path, text) for path, text in files() if read(path) != text]
    for path, text in stale:
        print(path.relative_to(ROOT))
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
    return 1 if stale and "--check" in arguments else 0


def read(path: Path) -> str | None:
    return path.read_bytes().decode() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
