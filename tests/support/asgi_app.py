"""The app under test for an ASGI server: `uvicorn asgi_app:app`, TEST_ASGI says which."""

from __future__ import annotations

import importlib
import json
import os

import sanic_legacy_ws

OPTIONS = json.loads(os.environ["TEST_ASGI"])

sanic_legacy_ws.install()

_module, _, _name = OPTIONS["app"].partition(":")
app = getattr(importlib.import_module(_module), _name)
app.config.update(OPTIONS["config"])

if OPTIONS["lifespan"]:
    from lifespan import Started

    app = Started(app)
