"""A chat with rooms: `sanic-legacy-ws run app:app`, in this folder.

Like the demo, but for real use: it has rooms, a history that gives a client the messages that it
missed, and a page that connects again.
"""

import itertools
import json
import uuid
from collections import deque
from pathlib import Path

from sanic import Sanic
from sanic import json as json_response
from sanic.response import html

from sanic_legacy_ws import ConnectionClosed, broadcast

app = Sanic("chat")
app.config.WEBSOCKET_MAX_SIZE = 2**14

PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
HISTORY = 200  # messages that a room remembers


class Room:
    """Who is in a room, and what was said there last. Messages are numbered."""

    def __init__(self):
        self.epoch = uuid.uuid4().hex  # a new room counts from 1 again
        self.members = set()
        self.history = deque(maxlen=HISTORY)
        self._numbers = itertools.count(1)

    def say(self, name, text):
        """Tell everyone, and remember. A client that is too slow is closed."""
        message = {"number": next(self._numbers), "name": name, "text": text}
        self.history.append(message)
        broadcast(self.members, json.dumps(message), close_slow=True)

    def tell_who_is_here(self):
        names = sorted({member.name for member in self.members})
        broadcast(self.members, json.dumps({"here": names}))

    def missed_by(self, epoch, number):
        """What was said after this number; everything, if the client has seen another epoch."""
        if epoch != self.epoch:
            return list(self.history)
        return [message for message in self.history if message["number"] > number]


rooms = {}


@app.get("/")
async def index(request):
    return html(PAGE)


@app.get("/rooms")
async def list_rooms(request):
    return json_response({name: len(room.members) for name, room in rooms.items()})


@app.websocket("/rooms/<name:str>")
async def chat(request, ws, name):
    """Join a room: `?name=` says who, `&epoch=` and `&since=` what the client has seen last."""
    ws.name = request.args.get("name", "somebody")[:24]
    room = rooms.setdefault(name, Room())
    room.members.add(ws)
    room.tell_who_is_here()
    try:
        await ws.send(json.dumps({"epoch": room.epoch}))
        since = int(request.args.get("since", 0))
        for message in room.missed_by(request.args.get("epoch"), since):
            await ws.send(json.dumps(message))
        async for text in ws:
            room.say(ws.name, text)
    except ConnectionClosed:
        pass  # it left without a close frame
    finally:
        room.members.discard(ws)
        room.tell_who_is_here()
