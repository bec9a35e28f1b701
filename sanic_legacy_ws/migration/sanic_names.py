"""What Sanic's own objects have, so that what an app adds to them can be told from it."""

from __future__ import annotations

import re

# Names of Sanic and Blueprint, of all lines from 20.12 to 25.12.
_NAMES = """
START_METHOD_SET ack add_route add_signal add_task add_websocket_route after_reload_trigger
after_server_start after_server_stop all_exceptions amend apps asgi asgi_client auto_reload
before_reload_trigger before_server_start before_server_stop blueprint blueprints cancel_task
catch_exception certloader_class command config configure_logging converted_response_type
copied_from copy create_server ctx debug delete dispatch dispatch_delayed_tasks enable_websocket
error_handler event exception exceptions ext extend finalize finalize_middleware generate_name get
get_address get_app get_motd_data get_server_location get_task go_fast group handle_exception
handle_request head host inspector inspector_class is_request_stream is_running is_stopping
listener listeners loop m main_process_ready main_process_start main_process_stop make_coffee
manager middleware middlewares motd multiplexer name named_request_middleware
named_response_middleware on_request on_response options patch post prepare purge_tasks put refresh
register register_app register_futures register_listener register_middleware
register_named_middleware registered reload_dirs reload_process_start reload_process_stop repl_ctx
report_exception request_class request_middleware reset response_middleware route router routes run
run_delayed_task serve serve_legacy serve_location serve_single set_serving setup_loop shared_ctx
should_auto_reload shutdown_tasks signal signal_router signalize sock start_method state static
statics stop strict_slashes tasks test_client test_mode trigger_events unregister_app update_config
url_for url_prefix version version_prefix websocket websocket_enabled websocket_routes
websocket_tasks
"""
# Two of them come with the first start: what Sanic has rewritten, as it was.
_PRIVATE = """
_allow_route_overwrite _app_registry _apply_exception_handler _apply_listener _apply_middleware
_apply_route _apply_signal _apply_static _apps _asgi_app _asgi_client _asgi_lifespan
_asgi_single_callable _blueprint_order _build_endpoint_name _build_route_context
_cancel_websocket_tasks _check_uvloop_conflict _cleanup_apps _cleanup_env_vars _delayed_tasks
_determine_error_format _event _ext _extract_value _future_commands _future_exceptions
_future_listeners _future_middleware _future_registry _future_routes _future_signals
_future_statics _generate_name _get_context _get_file_path _get_process_states _get_response_types
_get_startup_method _handle_exception _handle_request _helper _inspector _is_protocol _listener
_loop_add_task _manager _prep_task _register_static _run_request_middleware
_run_response_middleware _run_server _server_event _set_startup_method _setup_listener _setup_uri
_start_servers _startup _state _static_request_handler _task_registry _test_client _test_manager
_uvloop_setting _websocket_handler
"""
APP = frozenset([*_NAMES.split(), *_PRIVATE.split()])
# Of these, what is newer than 20.12, cannot be set, and may be an older app's own attribute.
LATER = frozenset(
    {"apps", "command", "event", "inspector", "m", "manager", "motd", "registered"}
    | {"signal", "state", "tasks"}
)
# Of an app and of a blueprint, since 21.12.
VALID_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_\-]*")


def valid(name: str) -> str:
    """``name`` with what Sanic refuses in it replaced."""
    cleaned = re.sub(r"[^a-zA-Z0-9_\-]", "_", name)
    return cleaned if VALID_NAME.fullmatch(cleaned) else f"_{cleaned}"
