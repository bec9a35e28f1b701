"""The WEBSOCKET_* settings: defaults, what they may be, and where a mistake shows."""

from __future__ import annotations

import re

import pytest

from sanic_legacy_ws.binding.settings import (
    READERS,
    UNSET,
    SettingError,
    Settings,
    compression,
)
from sanic_legacy_ws.wire.deflate import DeflateParameters
from tests.server.tools import APP, Visit, get
from tests.support import ServerFailedError, running

WHOLE = "must be a whole number above 0"
SECONDS = "must be a number of seconds above 0"
MINUS_ONE = f"WEBSOCKET_MAX_QUEUE {WHOLE}, or 0 for no limit, not -1"


def hook(request):
    return {}


def test_defaults():
    """They are those of Sanic 21.6; what came later is off."""
    settings = Settings.read({})
    assert settings == Settings()
    assert settings == (2**20, 32, 2**16, 2**16, 20, 20, 10, "cancel", *[None] * 5)


def test_every_setting_is_read():
    """Each field of Settings is a WEBSOCKET_* key."""
    assert tuple(READERS) == Settings._fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_size", 1),
        ("max_size", None),
        ("max_queue", 1),
        ("max_queue", None),
        ("read_limit", 1),
        ("write_limit", 1),
        ("ping_interval", 0.5),
        ("ping_interval", None),
        ("ping_timeout", 3),
        ("ping_timeout", None),
        ("timeout", 0.1),
        ("on_disconnect", "raise"),
        ("on_disconnect", "cancel"),
        ("origins", ["https://example.com", None, re.compile("https://.*")]),
        ("compression", hook),
        ("send_timeout", 2.5),
        ("send_timeout", None),
        ("before_upgrade", hook),
        ("before_upgrade", None),
        ("select_subprotocol", hook),
    ],
)
def test_values_that_can_be_used(name, value):
    """They are taken from the app's config as they are."""
    assert getattr(Settings.read({f"WEBSOCKET_{name.upper()}": value}), name) == value


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("max_size", 0, f"{WHOLE}, or None for no limit, not"),
        ("max_size", 1.5, WHOLE),
        ("max_size", float("inf"), WHOLE),
        ("max_size", True, WHOLE),
        ("max_queue", -1, WHOLE),
        ("max_queue", "32", f"{WHOLE}, or 0 for no limit, not"),
        ("read_limit", None, WHOLE),
        ("write_limit", None, WHOLE),
        ("write_limit", 0, f"{WHOLE}, not"),
        ("ping_interval", "20", f"{SECONDS}, or 0 to switch it off, not"),
        ("ping_timeout", -1, SECONDS),
        ("ping_timeout", True, SECONDS),
        ("ping_timeout", float("nan"), SECONDS),
        ("timeout", None, SECONDS),
        ("timeout", 0, f"{SECONDS}, not"),
        ("send_timeout", 0, f"{SECONDS}, or None for no limit, not"),
        ("on_disconnect", "ignore", 'must be "raise" or "cancel"'),
        ("origins", "https://example.com", "are a list"),
        ("origins", [1], "a compiled str pattern"),
        ("compression", "zip", 'must be None, "deflate" or DeflateParameters'),
        ("before_upgrade", "hook", "must be a function of the request"),
        ("select_subprotocol", "a", "must be a function of the request and two lists"),
    ],
)
def test_values_that_cannot(name, value, says):
    """The error names the setting, and says what it may be."""
    with pytest.raises(SettingError, match=f"^WEBSOCKET_{name.upper()}.*{re.escape(says)}"):
        Settings.read({f"WEBSOCKET_{name.upper()}": value})


@pytest.mark.parametrize("name", ["max_queue", "ping_interval", "ping_timeout"])
@pytest.mark.parametrize("value", [0, 0.0, False])
def test_zero_is_off(name, value):
    """As for Sanic since 21.9; a variable of the environment cannot say None."""
    assert getattr(Settings.read({f"WEBSOCKET_{name.upper()}": value}), name) is None


@pytest.mark.parametrize("name", ["max_size", "max_queue", "read_limit", "write_limit"])
def test_whole_floats_are_sizes(name):
    """1e7 is a number of bytes or messages, and an int from then on."""
    size = getattr(Settings.read({f"WEBSOCKET_{name.upper()}": 1e7}), name)
    assert size == 10_000_000
    assert type(size) is int


@pytest.mark.parametrize(
    ("value", "parameters"),
    [
        (None, None),
        (False, None),
        (True, DeflateParameters()),
        ("deflate", DeflateParameters()),
        (DeflateParameters(level=1), DeflateParameters(level=1)),
    ],
)
def test_compression(value, parameters):
    """One word switches it on, parameters tune it."""
    assert compression("WEBSOCKET_COMPRESSION", value) == parameters
    assert Settings.read({"WEBSOCKET_COMPRESSION": value}).compression == parameters


def test_arguments_go_before_config():
    """What the protocol was given counts; UNSET and the rest is read from config."""
    config = {"WEBSOCKET_MAX_SIZE": 1, "WEBSOCKET_MAX_QUEUE": 2, "WEBSOCKET_PING_INTERVAL": 3}
    settings = Settings.read(config, (7, UNSET, 8))
    assert settings[:5] == (7, 2, 8, 2**16, 3)


def test_other_keys_are_not_ours():
    """Sanic's own settings, and unknown ones, are left alone."""
    assert Settings.read({"KEEP_ALIVE": False, "WEBSOCKET_OTHER": object()}) == Settings()


# At the start of a server.


@pytest.mark.parametrize("way", ["protocol", "install", "cli"])
def test_a_mistake_stops_the_start(way):
    """By each way in, the process ends and says what is wrong."""
    config = {"WEBSOCKET_MAX_QUEUE": -1}
    with pytest.raises(ServerFailedError, match=f"(?s)exited with .*{MINUS_ONE}"), running(
        APP, way=way, config=config
    ):
        pytest.fail("started")


def test_a_wrong_argument_is_told_at_the_first_connection(server):
    """A subclass's own argument is known only then: 500, and the log says why."""
    started = server(APP, protocol="served:BadArgument")
    with Visit(started, "/echo") as visit:
        assert visit.upgrade(visit.path).status == 500
    assert MINUS_ONE in started.log


SETTINGS = {
    "WEBSOCKET_MAX_SIZE": 1000,
    "WEBSOCKET_MAX_QUEUE": 5,
    "WEBSOCKET_READ_LIMIT": 4000,
    "WEBSOCKET_WRITE_LIMIT": 5000,
    "WEBSOCKET_PING_INTERVAL": 6,
    "WEBSOCKET_PING_TIMEOUT": 7,
    "WEBSOCKET_TIMEOUT": 8,
    "WEBSOCKET_SEND_TIMEOUT": 9,
}
ATTRIBUTES = [
    "max_size",
    "max_queue",
    "read_limit",
    "write_limit",
    "ping_interval",
    "ping_timeout",
    "close_timeout",
    "send_timeout",
]


def attributes(server, names):
    """What a handler's connection has there."""
    with Visit(server, "/info").open() as visit:
        found = []
        for name in names:
            visit.send_text(name)
            found.append(visit.receive_message())
        visit.close()
    return found


@pytest.mark.parametrize("way", ["protocol", "install", "cli"])
def test_config_reaches_the_connection(server, way):
    """Whether this Sanic passes a setting to the protocol or not."""
    started = server(APP, way=way, config=SETTINGS)
    assert attributes(started, ATTRIBUTES) == [str(value) for value in SETTINGS.values()]


@pytest.mark.parametrize("way", ["protocol", "install", "cli"])
def test_environment_reaches_the_connection(server, way):
    """Sanic reads a variable as a number, a float or a truth value; 0 and 1e6 are understood."""
    said = {"MAX_SIZE": "1e6", "MAX_QUEUE": "0", "PING_INTERVAL": "0", "PING_TIMEOUT": "off"}
    env = {f"SANIC_WEBSOCKET_{name}": value for name, value in said.items()}
    found = attributes(server(APP, way=way, env=env), [name.lower() for name in said])
    assert found == ["1000000", "None", "None", "None"]


def test_defaults_reach_the_connection(server):
    """An app that sets nothing has 21.6's limits on every Sanic."""
    found = attributes(server(APP), ATTRIBUTES)
    assert found == ["1048576", "32", "65536", "65536", "20", "20", "10", "None"]


def test_all_arguments_of_the_protocol(server):
    """The constructor is that of Sanic 21.6's class, and goes before the config."""
    started = server(APP, protocol="served:AllArguments", config=SETTINGS)
    assert get(started, "/given") == [2, 3, 4, 5, 6, None, 1]
