"""The pieces of a message, handed on while it arrives."""

from __future__ import annotations

from codecs import utf_8_decode
from typing import Protocol

from .errors import not_utf8


class Sink(Protocol):
    """Where the pieces of one message go."""

    def put(self, piece: str | bytes, /) -> None: ...
    def end(self, empty: str | bytes, /) -> None: ...


class Pieces:
    """Stands in for the message in progress, which it does not keep.

    A piece is what arrived of a fragment. In a text, one that ends within a character keeps the
    beginning of that for the next piece. Raises InvalidPayload for text that is not UTF-8.
    """

    __slots__ = ("_size", "_text", "sink", "split")

    def __init__(self, sink: Sink | None, text: bool) -> None:
        self.sink = sink  # None: nobody wants what is still to come
        self.split = b""  # of a character, at the end of what was written
        self._text = text
        self._size = 0

    def tell(self) -> int:
        """Return how many bytes there were."""
        return self._size

    def write(self, piece: bytes) -> None:
        """Hand on the next bytes."""
        self._size += len(piece)
        handed: str | bytes = piece
        if self._text:
            data = self.split + piece
            try:
                handed, used = utf_8_decode(data, "strict", False)
            except UnicodeDecodeError as exc:
                raise not_utf8(self._size - len(data) + exc.start) from None
            self.split = data[used:]
        if handed and self.sink is not None:
            self.sink.put(handed)

    def end(self) -> bool:
        """The message is complete; return whether anybody took it."""
        if self.split:
            raise not_utf8(self._size - len(self.split))
        if self.sink is None:
            return False
        self.sink.end("" if self._text else b"")
        return True
