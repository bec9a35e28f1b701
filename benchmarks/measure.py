"""One server, one case, once: start it, load it, read its clocks, stop it."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from types import TracebackType

from benchmarks.cases import Case
from benchmarks.client import ClientError, Driver
from benchmarks.drivers import MODES, Crowd, Memory
from benchmarks.readers import WrongEchoError

HERE = Path(__file__).resolve().parent.parent
START_TIMEOUT = 20.0
CPU_CLOCK = 2  # of a process id: clock_getcpuclockid(3), which Python only has for threads

FAILURES = (ClientError, WrongEchoError, OSError)


@dataclass(frozen=True)
class Cores:
    """The core of the server and that of the client, the same one where there is only one."""

    server: int
    client: int

    @classmethod
    def of_this_machine(cls) -> Cores:
        """The first and the last core that this process may use."""
        cores = sorted(os.sched_getaffinity(0))
        return cls(cores[0], cores[-1])


@dataclass(frozen=True)
class Sample:
    """What one run gave. CPU and latency in microseconds, memory in KiB; None: not measured.

    CPU is that for a message, memory that for a connection. Where connections are opened and no
    more, CPU is that for a connection, and where another client asks by HTTP, the latency is its.
    """

    messages: int
    cpu: float | None = None
    user: float | None = None
    system: float | None = None
    rate: float | None = None
    p50: float | None = None
    p99: float | None = None
    memory: float | None = None
    stop: float | None = None  # seconds from SIGTERM until the last connection had ended
    code: int | None = None  # with which all were closed; 1006: some were not


class ServerProcess:
    """A server on its core; a context manager that ends it."""

    def __init__(self, python: str, name: str, case: Case, core: int) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [python, "-m", "benchmarks.servers", name, case.name]
        self.command += [str(self.port), str(core)]
        self._ignored = 0
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__

    def __enter__(self) -> ServerProcess:
        output = self.log
        self.process = subprocess.Popen(self.command, cwd=HERE, stdout=output, stderr=output)
        try:
            self._wait_until_listening()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()

    def _wait_until_listening(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ClientError(f"the server ended at once: {self.last_words()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise ClientError(f"the server does not listen: {self.last_words()}")

    def _written(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def last_words(self) -> str:
        """The last line that the server wrote."""
        lines = self._written().split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it wrote nothing")

    def begin_calm(self) -> None:
        """What was logged up to here does not matter: some servers mind the look for their port."""
        self._ignored = len(self._written())

    def check_calm(self) -> None:
        """Raise ClientError if the server logged a traceback: that is not what is measured."""
        if "Traceback" in self._written()[self._ignored :]:
            raise ClientError("the server logged a traceback")

    def cpu(self) -> tuple[float, float, float]:
        """Seconds of CPU so far: all (exact), user and system (as sampled by the kernel's tick)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        tick = os.sysconf("SC_CLK_TCK")
        total = time.clock_gettime((~self.process.pid << 3) | CPU_CLOCK)
        return total, int(fields[11]) / tick, int(fields[12]) / tick

    def resident(self) -> float:
        """Resident memory, KiB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def measure(python: str, name: str, case: Case, seconds: float, core: int) -> Sample:
    """Run `case` on the server `name` for `seconds` after a warm-up of a fifth of that.

    Raises one of FAILURES, with what the server wrote last, where the server cannot do it.
    """
    with ServerProcess(python, name, case, core) as server:
        driver = MODES[case.mode](case, server.port)
        gc.collect()
        gc.disable()
        try:
            if isinstance(driver, Crowd):
                return _measure_crowd(server, driver)
            if isinstance(driver, Memory):
                return _measure_memory(server, driver)
            driver.connect()
            server.begin_calm()
            least = max(case.least, 2 * (case.ping_interval or 0))
            sample = _measure_load(server, driver, max(seconds, least))
            server.check_calm()
            return sample
        except FAILURES as error:
            raise ClientError(f"{error} (server: {server.last_words()})") from error
        finally:
            gc.enable()
            driver.close()


def _measure_memory(server: ServerProcess, driver: Memory) -> Sample:
    driver.open(driver.crew)
    before = server.resident()
    driver.open(driver.case.connections)
    used = server.resident() - before
    return Sample(driver.messages, memory=used / driver.case.connections)


def _measure_crowd(server: ServerProcess, driver: Crowd) -> Sample:
    driver.open(driver.crew)
    before, cpu_before = server.resident(), server.cpu()
    count = driver.room()
    driver.connect(count)
    time.sleep(1.0)
    used = server.resident() - before
    total, user, system = ((now - then) / count for now, then in zip(server.cpu(), cpu_before))
    server.process.terminate()
    stop, code = driver.see_out()
    share = user / (user + system) if user + system else 0.0
    return Sample(
        count,
        cpu=total * 1e6,
        user=total * share * 1e6,
        system=total * (1 - share) * 1e6,
        memory=used / count,
        stop=stop,
        code=code,
    )


def _measure_load(server: ServerProcess, driver: Driver, seconds: float) -> Sample:
    driver.start()
    driver.run(perf_counter() + max(seconds / 5, driver.case.ping_interval or 0))
    driver.reset()
    before, cpu_before, began = driver.messages, server.cpu(), perf_counter()
    driver.run(began + seconds)
    messages = driver.messages - before
    total, user, system = (now - then for now, then in zip(server.cpu(), cpu_before))
    elapsed, latencies = perf_counter() - began, driver.observed()
    driver.drain()
    if not messages:
        raise ClientError("no message arrived while the clock ran")
    per_message = total / messages * 1e6
    share = user / (user + system) if user + system else 0.0
    cuts = quantiles(latencies, n=100, method="inclusive") if len(latencies) > 1 else None
    return Sample(
        messages,
        cpu=per_message,
        user=per_message * share,
        system=per_message * (1 - share),
        rate=messages / elapsed,
        p50=cuts[49] * 1e6 if cuts else None,
        p99=cuts[98] * 1e6 if cuts else None,
    )
