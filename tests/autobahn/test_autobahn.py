"""Autobahn's server cases: nothing fails, nothing is missing, NON-STRICT is explained."""

from __future__ import annotations

import pytest

from .cases import COMPRESSION, SHORT_COMPRESSION, run

pytest.importorskip("kosoku", reason="the runner of Autobahn's cases needs Python 3.10")
# Which it reads its messages from, and leaves to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*testdata:ResourceWarning")


@pytest.fixture(params=["uvloop", "asyncio"])
def loop(request):
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    return request.param


def judge(verdicts):
    assert verdicts
    assert [verdict for verdict in verdicts if not verdict.accepted] == []


def test_core(loop):
    """Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, limits, fragmentation."""
    verdicts = run(loop, None, without=COMPRESSION, at_once=8)
    judge(verdicts)
    assert len(verdicts) == 301


def test_compression_of_short_messages(loop):
    """permessage-deflate, all data and all parameters, in messages of 256 bytes and 8 KiB."""
    verdicts = run(loop, SHORT_COMPRESSION, at_once=8)
    judge(verdicts)
    assert len(verdicts) == 24


@pytest.mark.slow
def test_compression(loop):
    """permessage-deflate, all data and all parameters, in messages of 16 bytes to 128 KiB."""
    verdicts = run(loop, COMPRESSION)
    judge(verdicts)
    assert len(verdicts) == 216
