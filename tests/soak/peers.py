"""A process of peers for the soak: `python -m tests.soak.peers PORT SEED SECONDS`."""

from __future__ import annotations

import json
import sys

from .traffic import Peers


def main() -> None:
    port, seed, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    print(json.dumps(Peers(port, seed, seconds).run()))


if __name__ == "__main__":
    main()
