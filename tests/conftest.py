"""Fixtures for the whole suite: shared servers and a certificate, both made on first use."""

from __future__ import annotations

import pytest

from tests.support import Server, make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for localhost and 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def server(_servers):
    """`server(app, **options)`: a started server, shared by all tests that ask for the same.

    Tests that stop, block or signal a server start one of their own with `running`.
    """

    def get(app, **options):
        key = (app, repr(sorted(options.items())))
        if key not in _servers or not _servers[key].alive:
            _servers[key] = Server(app, **options)
            _servers[key].start()
        return _servers[key]

    return get


@pytest.fixture(scope="session")
def _servers():
    servers = {}
    yield servers
    leaks = []
    for server in servers.values():
        if server.alive:
            server.send_signal()
    for server in servers.values():
        try:
            server.wait()
        finally:
            if server.leaks:
                leaks.append(f"{server.app}: {server.leaks}\n{server.log[-5000:]}")
            server.close()
    assert not leaks, "\n".join(leaks)
