"""What is measured: each case once, and the groups they can be called by."""

from __future__ import annotations

from dataclasses import dataclass, replace

KIB = 1024

UNITS = {
    "memory": "KiB of memory per connection",
    "crowd": "CPU, µs per connection",
    "neighbour": "99th percentile of an HTTP request, µs",
    "broadcast": "CPU, µs per delivery",
    "send-loop": "CPU, µs per delivery",
    "churn": "CPU, µs per connection",
    "keepalive": "CPU, µs per ping",
}


@dataclass(frozen=True)
class Case:
    """One load: `connections` with `in_flight` unanswered messages of `size` bytes each."""

    name: str
    title: str
    mode: str = "echo"  # the key of its driver in `benchmarks.drivers.MODES`
    connections: int = 64
    in_flight: int = 16
    size: int = 32
    fragments: int = 1
    ping_interval: float | None = None  # seconds; None: the server's own default
    least: float = 0  # seconds; a shorter measurement would tell nothing
    rounds: int = 0  # at most so many, since each takes long; 0: as many as are asked for
    servers: tuple[str, ...] = ()  # those it is measured on unless others are named; (): all

    @property
    def metric(self) -> str:
        """The field of a `Sample` that is the headline figure of this case."""
        return {"memory": "memory", "neighbour": "p99"}.get(self.mode, "cpu")

    @property
    def unit(self) -> str:
        """What the headline figure of this case counts, in words."""
        return UNITS.get(self.mode, "CPU, µs per message")

    def quick(self) -> Case:
        """The same load with a tenth of the connections, where those are many and idle."""
        if self.mode not in ("memory", "keepalive", "crowd"):
            return self
        title = f"{self.title}, a tenth of them"
        return replace(self, title=title, connections=self.connections // 10)


CASES = {
    case.name: case
    for case in (
        Case("ping-pong", "ping-pong, 32 B, 1 connection", connections=1, in_flight=1),
        Case("32B", "32 B, 64 x 16 in flight"),
        Case("1KiB", "1 KiB, 64 x 16 in flight", size=KIB),
        Case("64KiB", "64 KiB, 64 x 16 in flight", size=64 * KIB),
        Case("1MiB", "1 MiB, 8 x 4 in flight", connections=8, in_flight=4, size=KIB * KIB),
        Case("fragments", "16 fragments of 1 KiB, 64 x 16 in flight", size=16 * KIB, fragments=16),
        Case("broadcast", "broadcast() to 500, 32 B", "broadcast", connections=500, in_flight=1),
        Case(
            "broadcast-256",
            "broadcast() to 500, 256 B",
            "broadcast",
            connections=500,
            in_flight=1,
            size=256,
        ),
        Case("send-loop", "send() to each of 500, 32 B", "send-loop", connections=500, in_flight=1),
        Case("churn", "connect, echo 32 B, close", "churn", connections=16, in_flight=1),
        Case("memory", "2,000 idle connections", "memory", connections=2000, in_flight=1),
        Case("deflate", "1 KiB JSON, compressed, 64 x 16 in flight", "deflate", size=KIB),
        Case("connections-10", "32 B, 10 x 1 in flight", connections=10, in_flight=1),
        Case("connections-100", "32 B, 100 x 1 in flight", connections=100, in_flight=1),
        Case("connections-1000", "32 B, 1,000 x 1 in flight", connections=1000, in_flight=1),
        Case(
            "keepalive",
            "keepalive of 2,000 idle connections",
            "keepalive",
            connections=2000,
            in_flight=1,
            ping_interval=2.0,
        ),
        Case(
            "crowd",
            "15,000 opened, idle, stopped",
            "crowd",
            connections=15_000,
            in_flight=1,
            rounds=1,
            servers=("ours", "builtin", "sanic-21.6", "uvicorn-sansio"),
        ),
        Case(
            "neighbour",
            "an HTTP request beside 20 peers with 1 MiB messages at full speed",
            "neighbour",
            connections=20,
            in_flight=2,
            size=KIB * KIB,
            least=4.0,
            rounds=2,
            servers=("ours", "ours-asyncio", "builtin", "aiohttp", "uvicorn-sansio"),
        ),
    )
}

GROUPS = {
    "all": tuple(CASES),
    "pipelined": ("32B", "1KiB", "64KiB", "1MiB"),
    "growth": ("ping-pong", "connections-10", "connections-100", "connections-1000"),
}


def choose(names: list[str]) -> list[Case]:
    """The cases of these names and groups, in the registry's order; KeyError names a stranger."""
    wanted = {case for name in names for case in GROUPS.get(name, (name,))}
    strangers = wanted - set(CASES)
    if strangers:
        raise KeyError(", ".join(sorted(strangers)))
    return [case for name, case in CASES.items() if name in wanted]
