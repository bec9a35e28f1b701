"""Rooms to chat in: everyone in a room gets what anyone says."""

from sanic import Sanic
from sanic.response import text
from sanic.websocket import ConnectionClosed, WebSocketProtocol

app = Sanic("rooms")
rooms = {}


async def tell(room, message):
    for member in list(rooms[room]):
        try:
            await member.send(message)
        except ConnectionClosed:
            rooms[room].discard(member)


@app.websocket("/rooms/<room>")
async def chat(request, ws, room):
    rooms.setdefault(room, set()).add(ws)
    await tell(room, "somebody came")
    try:
        while True:
            message = await ws.recv()
            await tell(room, message)
    finally:
        rooms[room].discard(ws)
        await tell(room, "somebody went")


@app.route("/state")
async def state(request):
    return text(str({room: len(members) for room, members in rooms.items()}))


if __name__ == "__main__":
    app.run(port=8000, protocol=WebSocketProtocol)
