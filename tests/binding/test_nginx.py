"""Behind a real nginx that nobody told to speak HTTP/1.1."""

from __future__ import annotations

import pytest

from tests.server.tools import APP
from tests.support import RawClient
from tests.support.nginx import needs_nginx, nginx

pytestmark = needs_nginx

# What public configurations have, without `proxy_http_version 1.1`: nginx 1.22 then speaks 1.0.
UPGRADE = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


@pytest.mark.parametrize("version", ["", "proxy_http_version 1.0;"])
def test_websocket_through_http_10(server, tmp_path, version):
    """A message each way and the closing handshake, and a warning that names the lines to add."""
    started = server(APP)
    with nginx(started, tmp_path, f"{version} {UPGRADE}") as address, RawClient(address) as client:
        client.handshake("/echo")
        client.send_text("through nginx")
        assert client.receive_message() == "through nginx"
        assert client.close(4001).close_code == 4001
    assert not version or started.log.count("proxy_http_version 1.1;") == 1
