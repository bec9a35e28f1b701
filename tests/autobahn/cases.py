"""Run Autobahn's cases against a server of ours, by kosoku, and judge what comes out.

A case is OK, INFORMATIONAL (the RFC leaves it open), NON-STRICT (allowed, not ideal), UNIMPLEMENTED
or FAILED, for its messages and for its closing handshake. What may be NON-STRICT is listed here,
each with its reason.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, Iterable, NamedTuple

from tests.support import running

COMPRESSION = ("12.*", "13.*")  # 1,000 messages a case: they take nearly all of a full run's time
# Of each of their 12 groups the cases with messages of 256 and of 8192 bytes.
SHORT_COMPRESSION = tuple(
    f"{group}.{size}"
    for group in [*(f"12.{kind}" for kind in range(1, 6)), *(f"13.{kind}" for kind in range(1, 8))]
    for size in (3, 6)
)

_OVERTAKEN = (
    "A message and, right behind it, a frame that breaks the protocol: the connection fails before "
    "the handler, which runs in the loop's next turn, can answer the message."
)
_LATE = (
    "UTF-8 is judged at the end of a message, not at its first wrong byte: RFC 6455 section 8.1 "
    "asks for no more, and a handler sees whole messages only."
)
NON_STRICT = {
    **dict.fromkeys(("3.2", "3.3", "3.4"), _OVERTAKEN),
    **dict.fromkeys(("4.1.3", "4.1.4", "4.1.5", "4.2.3", "4.2.4", "4.2.5", "5.15"), _OVERTAKEN),
    **dict.fromkeys(("6.4.1", "6.4.2", "6.4.3", "6.4.4"), _LATE),
}


class Verdict(NamedTuple):
    case: str
    messages: str
    close: str
    seconds: float
    why: str

    @property
    def accepted(self) -> bool:
        if self.messages == "NON-STRICT":
            return self.case in NON_STRICT and self.close == "OK"
        return {self.messages, self.close} <= {"OK", "INFORMATIONAL"}


def run(
    loop: str, cases: Iterable[str] | None, without: Iterable[str] = (), at_once: int = 2
) -> list[Verdict]:
    """Start a server on ``loop`` and run the cases whose globs are given (None: all)."""
    from kosoku import FailureError, run_fuzzingclient

    async def drive(url: str) -> Any:
        chosen = None if cases is None else list(cases)
        try:
            return await run_fuzzingclient(url, chosen, list(without), at_once)
        except FailureError as failure:
            return failure.results

    with running("autobahn_echo", loop=loop, strict=False) as server:
        results = asyncio.run(drive(f"ws://{server.host}:{server.port}/"))
    return [_verdict(result) for result in results]


def _verdict(result: Any) -> Verdict:
    return Verdict(
        result.case_id,
        result.behavior.value,
        result.behavior_close.value,
        result.duration / 1000,
        f"{result.result} {result.result_close}",
    )


def line(verdicts: list[Verdict]) -> str:
    """Such as ``517 cases: 500 OK, 14 NON-STRICT, 3 INFORMATIONAL; closing: 517 OK``."""
    messages = Counter(verdict.messages for verdict in verdicts)
    close = Counter(verdict.close for verdict in verdicts)
    return f"{len(verdicts)} cases: {_counted(messages)}; closing: {_counted(close)}"


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counter.most_common())
