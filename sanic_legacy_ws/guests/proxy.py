"""A stand-in for an object that takes no attributes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Callable, Mapping

# Python looks these up on the class, past `__getattr__`.
_SPECIAL = (
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
    "__bool__",
    "__call__",
    "__contains__",
    "__enter__",
    "__exit__",
    "__getitem__",
    "__iter__",
    "__len__",
    "__next__",
)


class Proxy:
    """Behaves as the object that it stands for, but for the methods given."""

    __slots__ = ("_methods", "_object")

    def __init__(self, target: Any, methods: Mapping[str, Callable[..., Any]]) -> None:
        object.__setattr__(self, "_object", target)
        object.__setattr__(self, "_methods", methods)

    @classmethod
    def of(cls, target: Any, methods: Mapping[str, Callable[..., Any]]) -> Any:
        """Return a stand-in for ``target`` with ``methods``."""
        kind: Any = type(target)
        return _kind(kind)(target, methods)

    def __getattribute__(self, name: str) -> Any:
        methods = object.__getattribute__(self, "_methods")
        if name in methods:
            return methods[name]
        return getattr(object.__getattribute__(self, "_object"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "_object"), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(object.__getattribute__(self, "_object"), name)

    def __repr__(self) -> str:
        return repr(object.__getattribute__(self, "_object"))

    def __eq__(self, other: object) -> bool:
        return bool(object.__getattribute__(self, "_object") == other)

    def __hash__(self) -> int:
        return hash(object.__getattribute__(self, "_object"))


@lru_cache(maxsize=None)
def _kind(target: type) -> type[Proxy]:
    special = {name: _forward(name) for name in _SPECIAL if hasattr(target, name)}
    return type(f"Completed{target.__name__}", (Proxy,), {"__slots__": (), **special})


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any) -> Any:
        return getattr(object.__getattribute__(self, "_object"), name)(*args)

    return method
