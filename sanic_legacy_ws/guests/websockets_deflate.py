"""websockets' own permessage-deflate, for both of its connections."""

from __future__ import annotations

from websockets.extensions.permessage_deflate import PerMessageDeflate

from ..wire.deflate import Deflate


def permessage_deflate(deflate: Deflate) -> PerMessageDeflate:
    """Return the library's own permessage-deflate, set up by what was agreed on."""
    agreed, (_, parameters) = deflate.agreed, deflate.setting
    return PerMessageDeflate(
        agreed.client_no_context_takeover,
        agreed.server_no_context_takeover,
        agreed.client_max_window_bits,
        agreed.server_max_window_bits,
        {"memLevel": parameters.memory_level, "level": parameters.level},
    )
