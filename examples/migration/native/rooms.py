"""Rooms to chat in: everyone in a room gets what anyone says."""

from sanic import Sanic
from sanic.exceptions import WebsocketClosed
from sanic.response import text

app = Sanic("rooms")
rooms = {}


async def tell(room, message):
    for member in list(rooms[room]):
        try:
            await member.send(message)
        except WebsocketClosed:
            rooms[room].discard(member)


@app.websocket("/rooms/<room>")
async def chat(request, ws, room):
    rooms.setdefault(room, set()).add(ws)
    try:
        await tell(room, "somebody came")
        while True:
            await tell(room, await ws.recv())
    finally:
        rooms[room].discard(ws)
        await tell(room, "somebody went")


@app.route("/state")
async def state(request):
    return text(str({room: len(members) for room, members in rooms.items()}))


if __name__ == "__main__":
    app.run(port=8000)
