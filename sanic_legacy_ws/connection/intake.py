"""Reads a large message into its buffer, where the transport can: no copy but the kernel's."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from ..wire.bulk import Bulk


class Intake(asyncio.BufferedProtocol):
    """Stands in for a transport's protocol until ``bulk`` is whole; all but reading goes to it.

    ``on_bytes(count, whole)`` is called after each read; once it is whole, reading is paused.
    """

    def __init__(
        self, transport: asyncio.Transport, bulk: Bulk, on_bytes: Callable[[int, bool], None]
    ) -> None:
        self._transport = transport
        self._protocol: Any = transport.get_protocol()
        self._bulk = bulk
        self._on_bytes = on_bytes

    def begin(self, paused: bool) -> None:
        """Take the protocol's place; ``paused``: whether the transport is not being read.

        A transport looks at the kind of its protocol when reading begins.
        """
        if not paused:
            self._transport.pause_reading()
        self._transport.set_protocol(self)
        self._transport.resume_reading()

    def get_buffer(self, sizehint: int) -> Any:
        """Return where to read to (asyncio)."""
        return self._bulk.space()

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes arrived (asyncio)."""
        self._bulk.filled += nbytes
        whole = not self._bulk.missing
        if whole and not self._transport.is_closing():
            self._transport.pause_reading()
            self._transport.set_protocol(self._protocol)
        self._on_bytes(nbytes, whole)

    def eof_received(self) -> Any:
        """The peer sends no more (asyncio)."""
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio)."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        self._protocol.connection_lost(exc)

    def __getattr__(self, name: str) -> Any:
        """Who asks the transport for its protocol meanwhile sees the protocol's own attributes."""
        return getattr(self._protocol, name)
