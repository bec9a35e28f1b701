"""What the doctor found, as text and as JSON."""

from __future__ import annotations

import json
from enum import Enum
from typing import NamedTuple


class State(Enum):
    """How it is with what a line tells."""

    PLAIN = " "
    WELL = "+"
    NOTE = "!"
    BROKEN = "x"


class Line(NamedTuple):
    """One thing that was found."""

    name: str
    says: str
    state: State = State.PLAIN


class Section(NamedTuple):
    """Lines that belong together."""

    title: str
    lines: list[Line]


class Report:
    """All that was found, in the order in which it is told."""

    def __init__(self, sections: list[Section]) -> None:
        self.sections = sections

    def of(self, state: State) -> list[Line]:
        """Return the lines of this state."""
        return [line for section in self.sections for line in section.lines if line.state is state]

    @property
    def broken(self) -> list[Line]:
        """Return what does not work."""
        return self.of(State.BROKEN)


def as_text(report: Report) -> str:
    """Return the report for people: a section a block, a line each, and what it comes to."""
    return "\n".join([*map(_block, report.sections), _verdict(report)])


def _block(section: Section) -> str:
    width = max((len(line.name) for line in section.lines), default=0)
    lines = [
        f"{line.state.value} {line.name:<{width}}  {line.says}".rstrip() for line in section.lines
    ]
    return "\n".join([section.title, *lines]) + "\n"


def _verdict(report: Report) -> str:
    if report.broken:
        return f"Broken: {', '.join(line.name for line in report.broken)}.\n"
    notes = len(report.of(State.NOTE))
    if notes:
        return f"All well; {notes} note{'s' if notes > 1 else ''}, marked with !.\n"
    return "All well.\n"


def as_json(report: Report) -> str:
    """Return the report for programs: ``{"well": bool, "sections": {title: [line, ...]}}``.

    A line is ``{"name": str, "says": str, "state": "plain" | "well" | "note" | "broken"}``.
    """
    sections = {
        section.title: [
            {"name": line.name, "says": line.says, "state": line.state.name.lower()}
            for line in section.lines
        ]
        for section in report.sections
    }
    return json.dumps({"well": not report.broken, "sections": sections}, indent=1) + "\n"
