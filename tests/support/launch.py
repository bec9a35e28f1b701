"""Start one app under test: `python launch.py '{"module": ..., "way": ..., "run": {...}}'`.

The app is imported at module level, because Sanic 22.9 and later import this
file again in every worker that they spawn.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys

OPTIONS = json.loads(sys.argv[1])


def _load(reference):
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


if OPTIONS["way"] == "install":
    import sanic_legacy_ws

    sanic_legacy_ws.install()

app = _load(OPTIONS["app"])
app.config.update(OPTIONS["config"])


def main() -> None:
    known = inspect.signature(app.run).parameters
    arguments = {name: value for name, value in OPTIONS["run"].items() if name in known}
    if OPTIONS["way"] == "protocol":
        arguments["protocol"] = _load(OPTIONS["protocol"])
    app.run(**arguments)


if __name__ == "__main__":
    main()
