"""Code that each rule finds something in, and code about which it says nothing.

Each case has a name that says what it shows. A line that ends in ``#!`` is where the rule must find
something, and nowhere else. ``TO`` is the direction, or "both", with the oldest Sanic and the app's
WEBSOCKET_ON_DISCONNECT where they matter.
"""

from __future__ import annotations

from textwrap import dedent, indent

HEADER = """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

"""
HANDLER = """\
@app.websocket("/")
async def handler(request, ws):
"""


def alone(source: str) -> str:
    """A module as it stands."""
    return dedent(source).lstrip("\n")


def app(source: str) -> str:
    """A module that has imported what a handler needs, and made ``app``."""
    return HEADER + alone(source)


def handler(body: str) -> str:
    """A module with one handler, ``body``."""
    return app(HANDLER + indent(alone(body), "    "))
