"""What connections of one event loop share: made for the first who asks, gone with its loop."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any, ClassVar, TypeVar

T = TypeVar("T", bound="PerLoop")


class PerLoop:
    """A class with one object for each event loop, which must not refer to its loop for ever."""

    __slots__ = ()

    # By loop; each subclass has its own.
    _made: ClassVar[weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Any]]

    def __init_subclass__(cls) -> None:
        cls._made = weakref.WeakKeyDictionary()

    @classmethod
    def of(cls: type[T], loop: asyncio.AbstractEventLoop) -> T:
        """Return the object of ``loop``."""
        mine = cls._made.get(loop)
        if mine is None:
            mine = cls._made[loop] = cls()
        return mine
