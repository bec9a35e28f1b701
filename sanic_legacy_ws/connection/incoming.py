"""A message that is read in pieces, while it arrives."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..wire.decoder import Message


class Incoming:
    """Its pieces, from the decoder to whoever takes them: all of them str, or all of them bytes."""

    __slots__ = ("_empty", "begun", "given_up", "pieces", "size", "whole")

    def __init__(self) -> None:
        self._empty: Message = ""  # what joins the pieces
        self.pieces: deque[Message] = deque()  # not taken yet
        self.size = 0  # what they are together, in bytes or characters
        self.begun = False  # whether one was taken
        self.whole = False  # whether the last one has arrived
        self.given_up = False  # whether nobody takes any more

    def put(self, piece: Message) -> None:
        """A piece has arrived."""
        self.pieces.append(piece)
        self.size += len(piece)

    def end(self, empty: Message) -> None:
        """The message is complete. ``empty``: what one of its kind is without a piece."""
        self.whole = True
        self._empty = empty

    @property
    def due(self) -> bool:
        """Whether there is a piece to take, or the end."""
        return self.whole or bool(self.pieces)

    def take(self) -> Message | None:
        """Return the next piece, None if there is none."""
        if not self.pieces:
            return None
        self.begun = True
        piece = self.pieces.popleft()
        self.size -= len(piece)
        return piece

    def joined(self) -> Message:
        """Return the message that is complete, or what is left of it."""
        empty: Any = self._empty
        message: Message = empty.join(self.pieces)
        return message

    def so_far(self) -> bytes:
        """Return what there is, as it was sent."""
        return b"".join(
            piece.encode() if isinstance(piece, str) else piece for piece in self.pieces
        )
