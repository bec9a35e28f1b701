"""An app that has the package installed and uninstalled before it runs."""

from __future__ import annotations

import sanic_legacy_ws

sanic_legacy_ws.install()
sanic_legacy_ws.uninstall()

from basic import app  # noqa: E402

__all__ = ["app"]
