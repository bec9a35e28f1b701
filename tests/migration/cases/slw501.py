"""SLW501: dropped settings, in every spelling."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config.WEBSOCKET_MAX_QUEUE = 32  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config["WEBSOCKET_READ_LIMIT"] = 32  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config.update({"WEBSOCKET_WRITE_LIMIT": 1})  #!
""",
    """\
class Config:
    WEBSOCKET_MAX_QUEUE = 32  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config.update(WEBSOCKET_MAX_QUEUE=1)  #!
""",
    """\
import os
os.environ['SANIC_WEBSOCKET_MAX_QUEUE'] = '1'  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

print(app.config.WEBSOCKET_MAX_QUEUE)  #!
""",
]

SILENT = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config.WEBSOCKET_MAX_SIZE = 32
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.config["WEBSOCKET_PING_INTERVAL"] = None
""",
    """\
\"\"\"WEBSOCKET_MAX_QUEUE is gone.\"\"\"
""",
]
