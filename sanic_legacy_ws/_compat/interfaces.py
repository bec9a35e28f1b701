"""What of Sanic's objects this package uses, and every line of Sanic has, as types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, AbstractSet, Any, Mapping, Protocol, Sequence, Union

if TYPE_CHECKING:
    from sanic.compat import Header

Subprotocols = Union[Sequence[str], AbstractSet[str], None]
"""A route's subprotocols: a list, a tuple or a set, by the line and by the app."""


class App(Protocol):
    """A Sanic app."""

    websocket_tasks: set[asyncio.Future[Any]]

    @property
    def config(self) -> Mapping[str, Any]: ...


class Request(Protocol):
    """A request; ``url`` has what proxies forwarded, ``raw_url`` is as it came."""

    raw_url: bytes
    method: str
    version: str
    route: Any

    @property
    def app(self) -> Any: ...
    @property
    def headers(self) -> Header: ...
    @property
    def url(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def ip(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def remote_addr(self) -> str: ...


class Response(Protocol):
    """A response of HTTP, as Sanic 20.12 writes it."""

    status: int
    output: Any


class Transport(Protocol):
    """What is used of a transport, which need not be asyncio's."""

    def is_closing(self) -> bool: ...
    def write(self, data: bytes) -> object: ...
    def close(self) -> object: ...
    def abort(self) -> object: ...
