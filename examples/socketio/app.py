"""Socket.IO beside Sanic's own routes: `sanic-legacy-ws run app:app`, with python-socketio.

python-socketio upgrades from an ordinary HTTP route. It serves clients by polling, by WebSocket,
and by an upgrade from one to the other.
"""

import socketio
from sanic import Sanic
from sanic import json as json_response

app = Sanic("socketio_example")

sio = socketio.AsyncServer(async_mode="sanic", cors_allowed_origins="*")
sio.attach(app)


@app.get("/transports")
async def transports(request):
    """Tell by which transport each client is connected."""
    namespace = sio.manager.rooms.get("/", {}).get(None, {})
    return json_response({sid: sio.transport(sid) for sid in namespace})


@app.websocket("/plain")
async def plain(request, ws):
    """A WebSocket without Socket.IO, on the same port."""
    async for message in ws:
        await ws.send(message)


@sio.event
async def connect(sid, environ):
    await sio.save_session(sid, {"said": 0})


@sio.event
async def say(sid, text):
    """Tell the others, and acknowledge with the number of messages so far."""
    async with sio.session(sid) as session:
        session["said"] += 1
        said = session["said"]
    await sio.emit("said", text, skip_sid=sid)
    return said


@sio.event
async def echo(sid, data):
    return data


@sio.event
async def leave(sid):
    await sio.disconnect(sid)
