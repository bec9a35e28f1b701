"""websockets' own legacy connection class, for the guest of that name and nothing else."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # That it is deprecated is known here; an app that sees its own DeprecationWarnings needs no
    # more of them.
    warnings.filterwarnings("ignore", r"websockets\.legacy is deprecated", DeprecationWarning)
    try:
        from websockets.legacy.protocol import WebSocketCommonProtocol
    except ModuleNotFoundError:  # websockets 8
        from websockets.protocol import (  # type: ignore[attr-defined,no-redef]
            WebSocketCommonProtocol,  # pyright: ignore[reportAttributeAccessIssue]
        )

__all__ = ["WebSocketCommonProtocol"]
