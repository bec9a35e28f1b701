"""The reference of public names, in Markdown, from their signatures and docstrings."""

from __future__ import annotations

import enum
import importlib
import importlib.util
import inspect
import re
from typing import Any, ForwardRef, Iterator

NAMED = re.compile(r"(\w+): ")
WIDTH = 88  # of a signature; a longer one has a line for each parameter


def find(path: str) -> Any:
    """Return what ``module.name``, or a name of the package itself, stands for."""
    parts = path.split(".")
    if parts[0] != "sanic_legacy_ws":
        parts.insert(0, "sanic_legacy_ws")
    module = max(end for end in range(1, len(parts) + 1) if _is_module(".".join(parts[:end])))
    found: Any = importlib.import_module(".".join(parts[:module]))
    for part in parts[module:]:
        found = getattr(found, part)
    return found


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # what stands before the last dot is no package
        return False


def entry(path: str, level: int) -> str:
    """Return the section of one name, under a heading of this level.

    ``()`` behind the name of a class leaves out its signature: it is not for users to call.
    """
    name = path.rpartition(".")[2]
    found = find(path.replace("()", ""))
    code = "" if name.endswith("()") else _code(name, found)
    name = name.replace("()", "")
    parts = [f"{'#' * level} `{name}`", code, prose(inspect.getdoc(found) or "")]
    if inspect.isclass(found) and issubclass(found, enum.Enum):
        parts[1] = ", ".join(f"`{name}.{member.name}`" for member in found) + "."
    return "\n\n".join(part for part in parts if part) + "\n"


def attributes(path: str, names: list[str]) -> str:
    """Return a list of properties of one class."""
    owner = find(path)
    lines = []
    for name in names:
        found = getattr(owner, name)
        kind = _annotation(found.fget.__annotations__.get("return", ""))
        text = prose(inspect.getdoc(found) or "").replace("\n\n", "\n").replace("\n", "\n  ")
        lines.append(f"- `{name}`" + (f" (`{kind}`)" if kind else "") + f": {text}")
    return "\n".join(lines) + "\n"


def _code(name: str, found: Any) -> str:
    """The signature as a block of code; nothing for what is not called."""
    if isinstance(found, property):
        return ""
    signature = inspect.signature(found)
    given = [p for p in signature.parameters.values() if p.name != "self"]
    if [p.kind for p in given] == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]:
        return ""  # it passes on what another takes, which the text tells
    returned = _annotation(signature.return_annotation)
    after = "" if inspect.isclass(found) or not returned else f" -> {returned}"
    before = "async " if inspect.iscoroutinefunction(found) else ""
    if inspect.isasyncgenfunction(inspect.unwrap(found)) and found is not inspect.unwrap(found):
        before, after = "async with ", ""  # a generator that contextlib made a manager
    parameters = list(_parameters(given))
    line = f"{before}{name}({', '.join(parameters)}){after}"
    if len(line) > WIDTH:
        inner = "".join(f"    {parameter},\n" for parameter in parameters)
        line = f"{before}{name}(\n{inner}){after}"
    return f"```python\n{line}\n```"


def _parameters(given: list[inspect.Parameter]) -> Iterator[str]:
    keywords = False
    for parameter in given:
        if parameter.kind is parameter.KEYWORD_ONLY and not keywords:
            keywords = True
            yield "*"
        text = parameter.name
        kind = _annotation(parameter.annotation)
        if kind and kind != "Any":
            text += f": {kind}"
        if parameter.default is not parameter.empty:
            default = parameter.default
            value = default.__name__ if inspect.isclass(default) else repr(default)
            text += f" = {value}" if ":" in text else f"={value}"
        yield text


def _annotation(found: Any) -> str:
    if found is inspect.Signature.empty:
        return ""
    if isinstance(found, ForwardRef):
        return found.__forward_arg__
    return found if isinstance(found, str) else getattr(found, "__name__", str(found))


def prose(doc: str) -> str:
    """Return a docstring's reST as Markdown; a line ``name: text`` is of a list.

    It is not where it goes on with a sentence of the line before.
    """
    shown: list[str] = []
    for line in doc.replace("``", "`").splitlines():
        named = NAMED.match(line)
        in_list = bool(shown) and shown[-1].startswith(("- ", "  "))
        starts = in_list or not shown or not shown[-1] or shown[-1].endswith((".", ":"))
        if named and starts:
            shown += [""] if shown and shown[-1] and not in_list else []
            shown.append(f"- `{named[1]}`: {line[named.end() :]}")
        elif line.startswith(" ") and in_list:
            shown.append("  " + line.strip())
        else:
            shown.append(line)
    return re.sub(r" \*\* ", r" \\*\\* ", "\n".join(shown))
