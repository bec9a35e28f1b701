"""The one swappable C function: websockets' masking, where it is installed."""

from __future__ import annotations

from ..wire.frames import Mask, mask_pure

apply_mask: Mask
try:
    from websockets.speedups import apply_mask
except ImportError:
    apply_mask = mask_pure

MASKING_IN_C = apply_mask is not mask_pure
