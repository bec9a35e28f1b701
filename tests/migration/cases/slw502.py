"""SLW502: run(protocol=WebSocketProtocol)."""

TO = "native"

FINDS = [
    """\
from sanic import Sanic
from sanic.server.protocols.websocket_protocol import WebSocketProtocol
Sanic('a').run(protocol=WebSocketProtocol)  #!
""",
    """\
from sanic_legacy_ws import WebSocketProtocol
from app import app

app.run(
    port=80,
    protocol=WebSocketProtocol,  #!
)
""",
]

SILENT = [
    """\
from app import app
from mine import WebSocketProtocol
app.run(protocol=WebSocketProtocol)
""",
    """\
from app import app
app.run(port=80)
""",
]
