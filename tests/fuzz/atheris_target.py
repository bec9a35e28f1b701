"""Coverage-guided fuzzing by atheris: ``python -m tests.fuzz.atheris_target --seconds 600``.

Runs each target for its share of the time, from the corpus next to this file. ``--keep`` adds to
that corpus what reaches new code; otherwise it stays as it is. Exits with 1, and says where the
bytes are, if a target fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
NAMES = ("decoder", "handshake")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.atheris_target")
    parser.add_argument("--seconds", type=int, default=30, help="for all targets (30)")
    parser.add_argument("--target", choices=NAMES, help="this one alone")
    parser.add_argument("--keep", action="store_true", help="add what is new to the corpus")
    parser.add_argument("--one", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("libfuzzer", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        _fuzz(arguments.one, arguments.libfuzzer)
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("skipped: atheris is not installed for this Python")
        return 0
    names = [arguments.target] if arguments.target else list(NAMES)
    seconds = max(1, arguments.seconds // len(names))
    return max(_run(name, seconds, arguments.keep) for name in names)


def _run(name: str, seconds: int, keep: bool) -> int:
    """Fuzz one target in a process of its own: libFuzzer ends the process it runs in."""
    artifacts = tempfile.mkdtemp(prefix=f"fuzz-{name}-")
    with tempfile.TemporaryDirectory() as scratch:
        corpora = [str(CORPUS / name)] if keep else [scratch, str(CORPUS / name)]
        options = [f"-max_total_time={seconds}", "-max_len=512", "-timeout=10", "-verbosity=0"]
        options += ["-print_final_stats=1", f"-artifact_prefix={artifacts}/"]
        command = [sys.executable, "-m", "tests.fuzz.atheris_target", "--one", name, "--"]
        done = subprocess.run([*command, *options, *corpora], check=False)
    found = sorted(Path(artifacts).iterdir())
    print(f"{name}: {'failed, see ' + str(found[0]) if found else 'nothing found'}")
    if not found:
        Path(artifacts).rmdir()
    return 1 if found or done.returncode else 0


def _fuzz(name: str, options: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["sanic_legacy_ws.wire"]):
        from .targets import TARGETS
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
