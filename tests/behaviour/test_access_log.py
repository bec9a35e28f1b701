"""OPEN and CLOSE in Sanic's access log."""

from __future__ import annotations

import re

from tests.support import RawClient
from tests.support.waiting import eventually


def test_access_log(new_server):
    """Both lines come, with the client's address, the codes, and what went over the connection."""
    server = new_server(access_log=True, config={"ACCESS_LOG": True})
    try:
        server.start()
        with RawClient(server) as client:
            address = "{}:{}".format(*client.sock.getsockname())
            client.handshake("/close?code=4001&reason=bye")
            assert client.receive_close().close_code == 4001
            client.send_close(4001)
        lines = eventually(lambda: both(server, address))
    finally:
        server.close()
    assert " 101" in lines[0]
    assert "server 4001, client" in lines[1]
    assert re.search(r", \d+\.\d s, 0 in 0 out", lines[1])


def both(server, address):
    """The two lines of one client once they are there."""
    wanted = (address, "WS ws://localhost/close")
    lines = [line for line in server.log.splitlines() if all(part in line for part in wanted)]
    return lines if len(lines) == 2 else None
