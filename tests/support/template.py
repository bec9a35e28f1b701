"""A Python that has imported some modules already; every line of stdin makes a fork of it run.

`python template.py MODULE...`, then for each process a line of JSON: `argv` (a script or
"-m" and a module, with arguments), `env`, `cwd`, `log` (stdout and stderr) and `exit`
(where the exit code goes at the end). The answer is a line with the process id. A fork
leads a session of its own; it starts as `python argv...` would, only sooner.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import sys


def _next_order():
    """Keep forking; returns in each fork with what it is to run, ends at the end of stdin."""
    for line in sys.stdin:
        _reap()
        order = json.loads(line)
        if os.fork() == 0 and _keep(order) == 0:
            return order
    _reap()
    sys.exit()


def _reap():
    """Take leave of the keepers that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(order):
    """Fork once more: 0 in the process that is wanted, its parent waits to tell how it ended."""
    pid = os.fork()
    if pid:
        os.close(1)
        _, status = os.waitpid(pid, 0)
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        with contextlib.suppress(FileNotFoundError), open(order["exit"], "w") as file:
            file.write(f"{code}\n")
        os._exit(0)
    return pid


def _become(order):
    """Take the files, folder, environment and arguments that a new process would have."""
    os.setsid()
    os.write(1, b"%d\n" % os.getpid())
    for number, path in enumerate([os.devnull, order["log"], order["log"]]):
        file = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])


if __name__ == "__main__":
    for _name in sys.argv[1:]:
        importlib.import_module(_name)
    _order = _next_order()
    _become(_order)
    sys.argv = _order["argv"]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
