"""What a connection knows of itself: its settings, its opening handshake and its addresses."""

from __future__ import annotations

import sys
import warnings
from abc import abstractmethod
from typing import Any, ClassVar, Mapping, NamedTuple

from ..exceptions import InvalidState
from ..wire.frames import BINARY, TEXT
from .encoder import Encoder
from .state import Lifecycle, State


class Stats(NamedTuple):
    """Messages and bytes of a connection so far. Bytes are those of the frames with headers.

    ``close_code`` is set when the connection is closed. It is the code of the side that closed
    first, or 1006 if no side sent one.
    """

    messages_received: int
    messages_sent: int
    bytes_received: int
    bytes_sent: int
    close_code: int | None = None


class Facts(Lifecycle):
    """Set while the connection is made, and only read from then on."""

    is_client: ClassVar[bool] = False
    side: ClassVar[str] = "server"

    # Settings; websockets 8.1's defaults.
    max_size: int | None = 2**20  # bytes of a message, after decompression; None for no limit
    max_queue: int | None = 2**5  # messages that were received and not read; None for no limit
    read_limit: int = 2**16  # bytes that arrived and are not decoded
    write_limit: int = 2**16  # bytes in the transport's buffer from which on `send` waits
    close_timeout: float = 10  # seconds from the beginning of the end to TCP's
    send_timeout: float | None = None  # seconds for which the peer may take nothing

    # The opening handshake.
    subprotocol: str | None = None
    path: str | None = None
    request_headers: Mapping[str, str] | None = None
    response_headers: Mapping[str, str] | None = None

    _room = 2**5  # max_queue as a number
    _remote_address: Any = None  # of the first transport, kept when it is gone
    _local_address: Any = None  # as well
    # Arguments of the constructor that websockets deprecated.
    _host: str | None = None
    _port: int | None = None
    _secure: bool | None = None

    def _configure(self, **settings: Any) -> None:
        """Set what differs from the class's defaults, ``_room`` by ``max_queue``.

        Up to 30 attributes, CPython keeps those of an instance in a compact array: past that, each
        connection takes 1.3 KiB more. What every connection sets anyway is in ``__slots__``.
        """
        if settings.get("max_queue", 0) is None:
            settings["_room"] = sys.maxsize
        elif "max_queue" in settings:
            settings["_room"] = settings["max_queue"]
        for name, value in settings.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def handshake_done(
        self,
        *,
        path: str | None,
        subprotocol: str | None,
        request_headers: Mapping[str, str],
        response_headers: Mapping[str, str],
    ) -> None:
        """Learn how the opening handshake went."""
        self._configure(path=path, subprotocol=subprotocol)
        self.request_headers = request_headers
        self.response_headers = response_headers

    def between(self, remote_address: Any, local_address: Any) -> None:
        """Learn the addresses of both ends; those of the first call stay."""
        if self._local_address is None:
            self._remote_address = remote_address
            self._local_address = local_address

    # What whoever carries the messages knows.

    @abstractmethod
    def put_broadcast(self, encoder: Encoder, close_slow: bool) -> bool:
        """Hook: send one message of many, without waiting; False if it was passed over."""

    @abstractmethod
    def put_at_once(self, opcode: int, payload: bytes) -> None:
        """Hook: send one message without waiting, however much is buffered."""

    def write_frame_sync(self, fin: bool, opcode: int, data: bytes) -> None:
        """Send a message without waiting: what websockets' own ``broadcast`` calls since 10.0.

        As there, a peer that does not read is left to the keepalive. Raises InvalidState unless
        the connection is open, NotImplementedError for what is no whole message.
        """
        if self.state is not State.OPEN:
            raise InvalidState(f"cannot write to a WebSocket that is {self.state.name}")
        if not fin or opcode not in (TEXT, BINARY):
            raise NotImplementedError("only whole messages are sent by write_frame_sync")
        self.put_at_once(opcode, bytes(data))

    @property
    @abstractmethod
    def waited_on(self) -> bool:
        """Whether a task waits on this connection, in whatever method."""

    @property
    @abstractmethod
    def stats(self) -> Stats:
        """Messages and bytes in both directions."""

    @property
    def remote_address(self) -> Any:
        """The peer's address, such as ``(host, port)``; kept after the connection is closed."""
        return self._remote_address

    @property
    def local_address(self) -> Any:
        """This side's address, such as ``(host, port)``; kept after the connection is closed."""
        return self._local_address

    @property
    def host(self) -> str | None:
        """Deprecated since websockets 7: use `local_address`."""
        _deprecated("host", "local_address")
        return self._host

    @property
    def port(self) -> int | None:
        """Deprecated since websockets 7: use `local_address`."""
        _deprecated("port", "local_address")
        return self._port

    @property
    def secure(self) -> bool | None:
        """Deprecated since websockets 8: ask the transport for its ``sslcontext``."""
        _deprecated("secure", "transport")
        return self._secure


def _deprecated(name: str, instead: str) -> None:
    warnings.warn(f"don't use {name}; use {instead}", DeprecationWarning, stacklevel=3)
