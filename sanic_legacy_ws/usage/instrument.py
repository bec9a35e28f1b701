"""Makes a connection class that records every use of old-only API.

Only a subclass is made, and only when a report is asked for: the class itself is as fast as
before.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import Any, Callable, TypeVar
from weakref import WeakKeyDictionary

from .ledger import Ledger, Use, call_site
from .names import CANCELLED_RECV, CODES, FRAGMENTS

Connection = TypeVar("Connection")
PLAIN = (str, bytes, bytearray, memoryview)
INNER = ("ws_proto", "connection")


def instrument(cls: type[Connection], ledger: Ledger) -> type[Connection]:
    """A subclass of ``cls`` that behaves the same and tells ``ledger`` of old-only uses.

    Recorded are the attributes and methods in ``names``, send() of fragments, and a
    recv() after one that was cancelled. The subclass has the name of ``cls``.
    """
    body: dict[str, Any] = {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
    for name, code in CODES.items():
        body[name] = _recording(cls, name, code, ledger)
    for name, record in (("send", _recording_send), ("recv", _recording_recv)):
        if hasattr(cls, name):
            body[name] = record(getattr(cls, name), ledger)
    for name in INNER:
        if hasattr(cls, name):
            body[name] = property(lambda self: Unwatched(self, cls))
    return type(cls.__name__, (cls,), body)  # pyright: ignore[reportReturnType]


class Unwatched:
    """A connection as ``ws.ws_proto``, Sanic's own spelling, which is no old-only use."""

    def __init__(self, connection: Any, cls: type) -> None:
        self._connection = connection
        self._cls = cls

    def __getattr__(self, name: str) -> Any:
        connection = self._connection
        if name in connection.__dict__:
            return connection.__dict__[name]
        mro = type(connection).__mro__
        return getattr(super(mro[mro.index(self._cls) - 1], connection), name)


def _recording(cls: type, name: str, code: str, ledger: Ledger) -> Any:
    found = inspect.getattr_static(cls, name, None)
    if inspect.isfunction(found):
        return _recording_method(found, name, code, ledger)
    if hasattr(found, "__get__"):
        return _recording_descriptor(found, name, code, ledger)
    return _recording_attribute(cls, name, code, ledger)


def _recording_method(
    method: Callable[..., Any], name: str, code: str, ledger: Ledger
) -> Callable[..., Any]:
    @functools.wraps(method)
    def recording(self: Any, *args: Any, **kwargs: Any) -> Any:
        ledger.record(code, name)
        return method(self, *args, **kwargs)

    return recording


def _recording_descriptor(found: Any, name: str, code: str, ledger: Ledger) -> property:
    """For a property or a slot."""

    def get(self: Any) -> Any:
        ledger.record(code, name)
        return found.__get__(self, type(self))

    def put(self: Any, value: Any) -> None:
        found.__set__(self, value)

    def delete(self: Any) -> None:
        found.__delete__(self)

    return property(get, put, delete)


def _recording_attribute(cls: type, name: str, code: str, ledger: Ledger) -> property:
    """For an attribute of the instance, or of none: AttributeError stays what it is."""

    def get(self: Any) -> Any:
        ledger.record(code, name)
        try:
            return self.__dict__[name]
        except KeyError:
            return getattr(super(instrumented(self), self), name)

    def put(self: Any, value: Any) -> None:
        self.__dict__[name] = value

    def delete(self: Any) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def instrumented(self: Any) -> type:
        mro = type(self).__mro__
        return mro[mro.index(cls) - 1]

    return property(get, put, delete)


def _recording_send(send: Callable[..., Any], ledger: Ledger) -> Callable[..., Any]:
    @functools.wraps(send)
    def recording(self: Any, message: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(message, PLAIN):
            ledger.record(FRAGMENTS.code, "send")
        return send(self, message, *args, **kwargs)

    return recording


def _recording_recv(recv: Callable[..., Any], ledger: Ledger) -> Callable[..., Any]:
    """A cancelled recv() counts, where it was called, once another one follows."""
    cancelled: WeakKeyDictionary[Any, Use] = WeakKeyDictionary()

    @functools.wraps(recv)
    def recording(self: Any, *args: Any, **kwargs: Any) -> Any:
        lost = cancelled.pop(self, None)
        if lost is not None:
            ledger.note(lost)
        frame = call_site()
        site = frame and Use(CANCELLED_RECV.code, "recv", frame.f_code.co_filename, frame.f_lineno)
        return watched(self, site, args, kwargs)

    async def watched(self: Any, site: Use | None, args: Any, kwargs: Any) -> Any:
        try:
            return await recv(self, *args, **kwargs)
        except asyncio.CancelledError:
            if site is not None:
                cancelled[self] = site
            raise

    return recording
