"""SLW103: old modules of websockets, in an app of Sanic."""

TO = "both"

FINDS = [
    """\
import sanic
from websockets import InvalidHandshake, handshake  #!
""",
    """\
import sanic
from websockets.legacy import handshake  #!
""",
    """\
import sanic
import websockets.handshake  #!
""",
    """\
from sanic import Sanic
from websockets.framing import Frame  #!
""",
]

SILENT = [
    """\
from websockets.legacy.client import connect
""",
    """\
import sanic
from websockets.frames import Frame
""",
    """\
import sanic
from websockets.exceptions import ConnectionClosed
""",
]
