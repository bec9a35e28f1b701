"""Runs each ``async def`` test on a plain asyncio loop and, where it is installed, on uvloop."""

from __future__ import annotations

import inspect

import pytest

from .rig import LOOPS, run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if inspect.iscoroutinefunction(metafunc.function):
        metafunc.fixturenames.append("new_loop")
        metafunc.parametrize("new_loop", list(LOOPS.values()), ids=list(LOOPS))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}
    run(lambda: pyfuncitem.obj(**arguments), pyfuncitem.callspec.params["new_loop"])
    return True
