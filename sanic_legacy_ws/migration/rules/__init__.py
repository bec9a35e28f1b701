"""The catalogue: every rule by its code. Codes are never used for anything else."""

from __future__ import annotations

from ..model import Target
from ..rule import Rule
from . import (
    slw101_removed_module,
    slw102_common_protocol,
    slw103_websockets_internals,
    slw104_broadcast,
    slw105_package_import,
    slw106_install,
    slw201_connection_closed,
    slw202_websocket_closed,
    slw203_except_exception,
    slw204_loop_after_close,
    slw205_cancelled_as_close,
    slw301_open_closed_state,
    slw302_addresses,
    slw303_close_code,
    slw304_legacy_attributes,
    slw305_private_tasks,
    slw306_wait_closed,
    slw307_never_worked,
    slw308_fragments,
    slw309_new_methods,
    slw310_native_internals,
    slw401_wait_for_recv,
    slw402_cancelled_recv,
    slw403_busy_handler,
    slw404_after_async_for,
    slw405_async_for_release,
    slw406_subprotocols,
    slw407_task_of_its_own,
    slw501_removed_settings,
    slw502_run_protocol,
    slw503_protocol_subclass,
    slw504_gunicorn_worker,
    slw505_direct_handshake,
    slw506_pins,
)

RULES: list[Rule] = [
    slw101_removed_module.RULE,
    slw102_common_protocol.RULE,
    slw103_websockets_internals.RULE,
    slw104_broadcast.RULE,
    slw105_package_import.RULE,
    slw106_install.RULE,
    slw201_connection_closed.RULE,
    slw202_websocket_closed.RULE,
    slw203_except_exception.RULE,
    slw204_loop_after_close.RULE,
    slw205_cancelled_as_close.RULE,
    slw301_open_closed_state.RULE,
    slw302_addresses.RULE,
    slw303_close_code.RULE,
    slw304_legacy_attributes.RULE,
    slw305_private_tasks.RULE,
    slw306_wait_closed.RULE,
    slw307_never_worked.RULE,
    slw308_fragments.RULE,
    slw309_new_methods.RULE,
    slw310_native_internals.RULE,
    slw401_wait_for_recv.RULE,
    slw402_cancelled_recv.RULE,
    slw403_busy_handler.RULE,
    slw404_after_async_for.RULE,
    slw405_async_for_release.RULE,
    slw406_subprotocols.RULE,
    slw407_task_of_its_own.RULE,
    slw501_removed_settings.RULE,
    slw502_run_protocol.RULE,
    slw503_protocol_subclass.RULE,
    slw504_gunicorn_worker.RULE,
    slw505_direct_handshake.RULE,
    slw506_pins.RULE,
]
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
UNREADABLE = "SLW001"
UNUSED_SUPPRESSION = "SLW002"
HOUSEKEEPING = {
    UNREADABLE: "a file that cannot be read or parsed",
    UNUSED_SUPPRESSION: "a suppression that suppresses nothing",
}
KINDS = {
    "SLW0": "Housekeeping",
    "SLW1": "Imports and names",
    "SLW2": "Exceptions",
    "SLW3": "Attributes and methods",
    "SLW4": "Behaviour",
    "SLW5": "Server, settings and dependencies",
}


def applying(target: Target) -> list[Rule]:
    """The rules that have something to say about ``target``."""
    return [rule for rule in RULES if rule.applies(target)]
