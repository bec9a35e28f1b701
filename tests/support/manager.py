"""A signal for Sanic's manager of workers, at a moment that does it no harm.

Since 22.9 the manager asks for its workers' states each tenth of a second, by request and reply
on a connection to another process, and the handler of its signals does so too. A signal that
comes between a request and its reply has the handler read the reply of another: an exception in
`_sync_states`, exit code 1, workers that are ended at once. It happens with Sanic's own WebSockets
and nothing of this package as well. With a manager that asks all the time, 7 of 60 stops on 25.12
and 6 of 60 on 23.12 ended so; signalled while the manager waits, as here, none of them did. With
the manager as it is, 1 of 80 stops on 25.12, none of 80 on 23.12 and 22.9. `install()` and the
command line mend it (`sanic_legacy_ws.server.sync_manager`). Where a manager fails
all the same (seen twice, on 22.12), the test is skipped and says so.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Callable

from .waiting import eventually

# What the manager is in from one question to the next: poll and ppoll of x86-64, ppoll of arm64;
# and where an event loop waits, since a server may have no manager: epoll_wait and epoll_pwait.
_WAITING = ("7", "271", "73", "232", "281", "22")
_PATIENCE = 5.0


def send_signal(
    pid: int, number: int = signal.SIGTERM, to: Callable[[int, int], None] = os.kill
) -> None:
    """Signal the manager while it waits; at once where the system does not tell what it does.

    ``to``: os.killpg for its group as well.
    """
    try:
        eventually(lambda: _signalled_while_waiting(pid, number, to), _PATIENCE, every=0.003)
    except AssertionError:
        to(pid, number)


def _signalled_while_waiting(pid: int, number: int, to: Callable[[int, int], None]) -> bool:
    os.kill(pid, signal.SIGSTOP)
    try:
        if _system_call(pid) not in (None, *_WAITING):
            return False
        to(pid, number)
        return True
    finally:
        os.kill(pid, signal.SIGCONT)


def _system_call(pid: int) -> str | None:
    """The number of the system call that the stopped process is in."""
    try:
        return Path(f"/proc/{pid}/syscall").read_text().split()[0]
    except OSError:
        return None
