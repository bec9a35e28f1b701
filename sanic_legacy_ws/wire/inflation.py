"""Compressed messages, each inflated in as many turns as it takes."""

from __future__ import annotations

from typing import Iterator, Protocol

from .deflate import PIECE

# Bytes that take as long as a frame to decode, in powers of two: 4 KiB of what is inflated, or
# 128 bytes of what is to be, in the worst case.
_INFLATED_AS_ONE = 12
_DEFLATED_AS_ONE = 7


class Inflater(Protocol):
    """The receiving half of permessage-deflate."""

    def decompress(self, payload: bytes, max_size: int | None) -> bytes: ...
    def pieces(self, payload: bytes, max_size: int | None) -> Iterator[bytes]: ...


class Inflation:
    """Inflates the messages of one client, one after another."""

    __slots__ = ("_inflater", "_max_size", "_pieces", "_so_far")

    def __init__(self, inflater: Inflater, max_size: int | None) -> None:
        self._inflater = inflater
        self._max_size = max_size
        self._pieces: Iterator[bytes] | None = None  # what is left of a long message
        self._so_far: list[bytes] = []  # what was inflated of it

    def go_on(self, payload: bytes, frames: int) -> tuple[bytes | None, int]:
        """Return the message of ``payload``, and how many frames it counts for.

        None if that is more than ``frames``, for now: to be called again with the same payload.
        """
        if len(payload) <= PIECE:
            message = self._inflater.decompress(payload, self._max_size)
            weight = 1 + (len(payload) >> _DEFLATED_AS_ONE) + (len(message) >> _INFLATED_AS_ONE)
            return message, weight
        if self._pieces is None:
            self._pieces = self._inflater.pieces(payload, self._max_size)
        weight = 0
        for piece in self._pieces:
            self._so_far.append(piece)
            weight += (PIECE >> _DEFLATED_AS_ONE) + (len(piece) >> _INFLATED_AS_ONE)
            if weight >= frames:
                return None, weight
        parts, self._pieces, self._so_far = self._so_far, None, []
        return b"".join(parts), weight
