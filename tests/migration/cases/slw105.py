"""SLW105: imports of this package."""

TO = "native"

FINDS = [
    "from sanic_legacy_ws import LegacyWebSocket  #!\n",
    "import sanic_legacy_ws  #!\n\nsanic_legacy_ws.install()\n",
]

SILENT = [
    "try:\n    import sanic_legacy_ws\nexcept ImportError:\n    sanic_legacy_ws = None\n",
    "from .sanic_legacy_ws import something\n",
    "import sanic\n",
]
