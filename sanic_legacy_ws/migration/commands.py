"""The commands check, fix, explain, rules and report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from . import explain, ignores, rules, terminal
from .checker import Result, check
from .formats import FORMATS, statistics
from .model import Confidence, Direction
from .progress import Bar
from .settings import Settings, SettingsError, load

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

CLEAN, FOUND, USAGE = 0, 1, 2
Run = Callable[[argparse.Namespace], int]


def add_parsers(subparsers: Subparsers) -> None:
    """Add all five commands; each sets ``run``, which takes the arguments and gives the status."""
    _add(subparsers, "check", run_check, "find what keeps an app from moving", _check_options)
    _add(subparsers, "fix", run_fix, "rewrite what can be rewritten", _fix_options)
    _add(subparsers, "explain", run_explain, "tell all about one rule", _code_option)
    _add(subparsers, "rules", run_rules, "list the rules", _direction_option)
    _add(subparsers, "report", run_report, "show what an app used at run time", _file_option)


def _add(
    subparsers: Subparsers,
    name: str,
    run: Run,
    summary: str,
    options: Callable[[argparse.ArgumentParser], None],
) -> None:
    parser = subparsers.add_parser(name, help=summary, description=f"{summary}.".capitalize())
    options(parser)
    parser.set_defaults(run=run)


def _direction_option(parser: argparse.ArgumentParser) -> None:
    ways = [way.value for way in Direction]
    parser.add_argument("--to", choices=ways, help="to this package, or off it (default: shim)")


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH")
    _direction_option(parser)
    parser.add_argument("--sanic", metavar="VERSION", help="for native: the oldest Sanic to run on")
    parser.add_argument("--select", action="append", metavar="CODE", help="only these rules")
    parser.add_argument("--ignore", action="append", metavar="CODE", help="not these rules")
    parser.add_argument("--exclude", action="append", metavar="GLOB", help="paths to leave out")
    named = "leave them out even if they are given as PATH, as hooks do"
    parser.add_argument("--force-exclude", action="store_true", default=None, help=named)
    policy = "the value of WEBSOCKET_ON_DISCONNECT, if the code does not set it"
    parser.add_argument("--on-disconnect", choices=["raise", "cancel"], help=policy)
    words = [level.word for level in Confidence]
    parser.add_argument("--confidence", choices=words, help="report no findings below it")


def _check_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--statistics", action="store_true", help="count findings by rule")
    silence = "accept all findings, by a comment in each line"
    parser.add_argument("--add-ignores", action="store_true", help=silence)


def _fix_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument("--diff", action="store_true", help="show the changes, write nothing")
    parser.add_argument("--unsafe", action="store_true", help="also what may change behaviour")
    parser.add_argument("--no-todo", action="store_true", help="add no TODO comments")


def _code_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE")


def _file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)


def _settings(args: argparse.Namespace) -> Settings:
    """What pyproject.toml says, overruled by what the command line says."""
    given: dict[str, Any] = {"to": args.to, "sanic": args.sanic, "confidence": args.confidence}
    given.update(force_exclude=args.force_exclude, on_disconnect=args.on_disconnect)
    for name in ("select", "ignore", "exclude"):
        values = getattr(args, name)
        given[name] = [part for value in values for part in value.split(",")] if values else None
    return load(Path(args.paths[0])).updated(given)


def _complain(message: object) -> int:
    print(f"sanic-legacy-ws: {message}", file=sys.stderr)
    return USAGE


def _checked(args: argparse.Namespace) -> Result:
    return check(args.paths, _settings(args), Bar(sys.stderr))


def run_check(args: argparse.Namespace) -> int:
    """Print findings; 0 for none, 1 for some, 2 for a wrong call.

    With ``--add-ignores``, silence them, and print those that no comment can silence.
    """
    try:
        result = _checked(args)
        if args.add_ignores:
            return _add_ignores(result)
    except FileNotFoundError as error:
        return _complain(f"no such file or folder: {error}")
    except SettingsError as error:
        return _complain(error)
    if args.statistics and args.format == "text":
        sys.stdout.write(statistics(result.findings))
    elif args.format == "text" and terminal.wanted(sys.stdout):
        sys.stdout.write(terminal.as_frames(result.findings))
    else:
        sys.stdout.write(FORMATS[args.format](result.findings))
    if args.format == "text":
        print(_summary(result), file=sys.stderr)
    return FOUND if result.findings else CLEAN


def _add_ignores(result: Result) -> int:
    left = ignores.add_ignores(result.findings)
    sys.stdout.write(FORMATS["text"](left))
    silenced = [finding for finding in result.findings if finding not in left]
    files = many(len({finding.path for finding in silenced}), "file")
    print(f"{many(len(silenced), 'finding')} silenced in {files}", file=sys.stderr)
    return FOUND if left else CLEAN


def _summary(result: Result) -> str:
    fixable = sum(finding.fix == "safe" for finding in result.findings)
    tail = f", {fixable} of them fixable by `sanic-legacy-ws fix`" if fixable else ""
    return f"{many(len(result.findings), 'finding')} in {many(result.files, 'file')}{tail}"


def many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def run_fix(args: argparse.Namespace) -> int:
    """Rewrite files, or show how; 0 when done, 2 for a wrong call or without libcst.

    With ``--diff``, 1 where something would change.
    """
    changes = 0
    try:
        from . import fixer  # needs libcst

        settings = _settings(args)
        options = fixer.Options(unsafe=args.unsafe, todo=not args.no_todo, write=not args.diff)
        bar = Bar(sys.stderr)
        for outcome in fixer.fix(args.paths, settings, options, bar):
            shown = outcome.diff if args.diff and not outcome.problem else outcome.line
            if shown:
                bar.clear()
                sys.stdout.write(shown)
            changes += outcome.changed
    except ImportError:
        return _complain("fix needs libcst: pip install 'sanic-legacy-ws[migrate]'")
    except FileNotFoundError as error:
        return _complain(f"no such file or folder: {error}")
    except SettingsError as error:
        return _complain(error)
    return FOUND if args.diff and changes else CLEAN


def run_explain(args: argparse.Namespace) -> int:
    """Print one rule as the reference has it; 2 for a code that does not exist."""
    rule = rules.BY_CODE.get(args.code.upper())
    if rule is None:
        return _complain(f"no rule {args.code}; `sanic-legacy-ws rules` lists them")
    print(explain.section(rule))
    return CLEAN


def run_rules(args: argparse.Namespace) -> int:
    """Print every rule with its code, its fix and its directions."""
    for rule in rules.RULES:
        ways = sorted(way.value for way in rule.directions)
        if args.to is None or args.to in ways:
            print(f"{rule.code}  {rule.fixable or '-':<6}  {', '.join(ways):<12}  {rule.title}")
    return CLEAN


def run_report(args: argparse.Namespace) -> int:
    """Print what an app used while it ran; 1 if something holds it back, 2 without a file."""
    from ..usage import ledger

    try:
        report = ledger.load(args.file)
    except FileNotFoundError:
        return _complain(f"no report at {args.file}")
    except ValueError as error:
        return _complain(f"{args.file}: {error}")
    sys.stdout.write(ledger.table(report))
    return FOUND if report.uses else CLEAN
