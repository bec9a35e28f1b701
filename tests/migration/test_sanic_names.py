"""What Sanic's own objects have."""

from __future__ import annotations

import pytest

pytest.importorskip("sanic")

from sanic import Blueprint, Sanic

from sanic_legacy_ws.migration.sanic_names import APP, LATER, VALID_NAME, valid
from tests.support import sanic_version


@pytest.mark.parametrize("kind", [Sanic, Blueprint])
def test_all_are_known(kind):
    """No name of the installed Sanic is taken for one that an app has added."""
    names = set(dir(kind))
    for base in kind.__mro__:
        for slots in ("__slots__", "__fake_slots__"):
            found = base.__dict__.get(slots, ())
            names.update([found] if isinstance(found, str) else found)
    assert {name for name in names if not name.startswith("__")} <= APP


@pytest.mark.parametrize("name", ["my app", "a.b", "3d", "é", "", "_x", "a-b"])
def test_a_valid_name(name):
    """What is made of a name is one that the installed Sanic takes."""
    assert VALID_NAME.fullmatch(valid(name))
    if sanic_version >= (21, 12):
        Blueprint(valid(name))


@pytest.mark.skipif(sanic_version < (22, 9), reason="has not all of them")
@pytest.mark.parametrize("name", sorted(LATER))
def test_a_later_name(name):
    """Names that Sanic has taken since cannot be set on an app."""
    assert name in APP
    with pytest.raises(AttributeError):
        setattr(Sanic(f"later_{name}"), name, 1)
