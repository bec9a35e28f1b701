"""Findings as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any, Callable

from .._compat.version import __version__
from .explain import page, section
from .model import Confidence, Finding
from .rules import BY_CODE, HOUSEKEEPING

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Confidence.CERTAIN: "error", Confidence.LIKELY: "warning", Confidence.POSSIBLE: "note"}


def title(code: str) -> str:
    rule = BY_CODE.get(code)
    return rule.title if rule else HOUSEKEEPING[code]


def as_text(findings: list[Finding]) -> str:
    return "".join(f"{finding.text}\n" for finding in findings)


def as_json(findings: list[Finding]) -> str:
    return json.dumps([finding.as_dict() for finding in findings], indent=2) + "\n"


def as_github(findings: list[Finding]) -> str:
    """Workflow commands, which GitHub Actions shows beside the lines."""
    return "".join(
        f"::{'warning' if f.confidence is Confidence.CERTAIN else 'notice'} "
        f"file={_property(f.path)},line={f.line},col={f.column},title={f.code}::{_data(f.message)}\n"
        for f in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(findings: list[Finding]) -> str:
    """SARIF 2.1.0, as code scanning reads it."""
    codes = sorted({finding.code for finding in findings})
    driver = {
        "name": "sanic-legacy-ws",
        "version": __version__,
        "rules": [_sarif_rule(code) for code in codes],
    }
    run = {"tool": {"driver": driver}, "results": [_sarif_result(f) for f in findings]}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _sarif_rule(code: str) -> dict[str, Any]:
    rule = BY_CODE.get(code)
    described: dict[str, Any] = {"id": code, "shortDescription": {"text": title(code)}}
    if rule is not None:
        described["fullDescription"] = {"text": rule.why}
        described["help"] = {"text": rule.why, "markdown": section(rule)}
        site = documentation()
        if site:
            described["helpUri"] = f"{site}/reference/{page(rule)[: -len('.md')]}.html"
    return described


def documentation() -> str | None:
    """Where the installed package says that its site is."""
    try:
        urls = metadata("sanic-legacy-ws").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    named = dict(url.split(", ", 1) for url in urls)
    return named.get("Documentation", "").rstrip("/") or None


def _sarif_result(finding: Finding) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    place = {"artifactLocation": {"uri": finding.path.replace("\\", "/")}, "region": region}
    return {
        "ruleId": finding.code,
        "level": LEVELS[finding.confidence],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
    }


def statistics(findings: Iterable[Finding]) -> str:
    """How many findings each rule has, the most frequent first."""
    counts = Counter(finding.code for finding in findings)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return "".join(f"{number:>6}  {code}  {title(code)}\n" for code, number in ordered)


FORMATS: dict[str, Callable[[list[Finding]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
