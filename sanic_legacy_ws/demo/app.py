"""The demo: a chat, written for Sanic 20.12.

Nothing in here knows sanic-legacy-ws. It does what apps of that time did, and what Sanic
dropped in 21.9: the module `sanic.websocket`, ``ws.open``, ``async for``, ``ws.ping()``,
``ws.wait_closed()``, ``ws.close_code``, attributes of the app's own on the connection, and
``wait_for(ws.recv(), ...)``.
"""

import asyncio
import json as jsonlib
import time
from collections import deque
from pathlib import Path

import sanic
from sanic import Sanic
from sanic.response import html, json
from sanic.websocket import ConnectionClosed, WebSocketProtocol

app = Sanic("demo")
app.config.WEBSOCKET_MAX_SIZE = 2**16
app.config.WEBSOCKET_MAX_QUEUE = 32

PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")

connections = set()
history = deque(maxlen=50)


# HTTP: the page, and a REST API beside the WebSockets.


@app.route("/")
async def index(request):
    return html(PAGE)


@app.route("/api/status")
async def status(request):
    return json(
        {
            "sanic": sanic.__version__,
            "names": sorted(ws.name for ws in connections if ws.open),
            "messages": len(history),
        }
    )


@app.route("/api/messages")
async def messages(request):
    return json(list(history))


@app.route("/api/messages", methods=["POST"])
async def say(request):
    """Post {"text": ...}: everyone in the chat reads it."""
    text = (request.json or {}).get("text")
    if not text:
        return json({"error": "text is missing"}, status=400)
    await post("REST", str(text))
    return json({"readers": len(connections)}, status=201)


# The chat.


@app.websocket("/chat")
async def chat(request, ws):
    ws.name = request.args.get("name", "somebody")[:24]
    for event in history:
        await ws.send(jsonlib.dumps(event))
    connections.add(ws)
    asyncio.ensure_future(see_off(ws))  # noqa: RUF006
    asyncio.ensure_future(measure(ws))  # noqa: RUF006
    await broadcast({"type": "joined", "name": ws.name})
    try:
        async for message in ws:
            await obey(ws, jsonlib.loads(message))
    except (ValueError, KeyError, TypeError):
        await ws.close(1008, "not what the page says")
    except ConnectionClosed:
        pass  # see_off tells it


async def obey(ws, event):
    """Do what the page asks for."""
    if event["type"] == "say":
        await post(ws.name, event["text"])
    elif event["type"] == "close":
        await ws.close(event["code"], event["reason"])
    elif event["type"] == "fail":
        raise RuntimeError("the page asked for it")
    elif event["type"] == "abort":
        ws.transport.abort()


async def post(name, text):
    event = {"type": "said", "name": name, "text": text[:1000], "at": time.time()}
    history.append(event)
    await broadcast(event)


async def broadcast(event):
    """Send an event to everyone."""
    text = jsonlib.dumps(event)
    await asyncio.gather(*(ws.send(text) for ws in connections if ws.open), return_exceptions=True)


async def see_off(ws):
    """Tell the others when and how a connection ended."""
    await ws.wait_closed()
    connections.discard(ws)
    if ws.close_code == 1006:
        print(f"{ws.name} did not say goodbye")
    left = {"type": "left", "name": ws.name, "code": ws.close_code, "reason": ws.close_reason}
    await broadcast(left)


async def measure(ws):
    """Send the connection its own ping latency, every two seconds."""
    try:
        while ws.open:
            start = time.perf_counter()
            pong = await ws.ping()
            await pong
            milliseconds = (time.perf_counter() - start) * 1000
            await ws.send(jsonlib.dumps({"type": "latency", "ms": milliseconds}))
            await asyncio.wait([ws.connection_lost_waiter], timeout=2)
    except ConnectionClosed:
        pass


# A clock that listens while it ticks.


@app.websocket("/clock")
async def clock(request, ws):
    """Send the time; each message from the page sets the interval in seconds."""
    interval = 1.0
    while ws.open:
        await ws.send(time.strftime("%H:%M:%S"))
        try:
            interval = max(0.1, float(await asyncio.wait_for(ws.recv(), interval)))
        except asyncio.TimeoutError:
            pass
        except ValueError:
            await ws.close(1008, "not a number of seconds")
        except ConnectionClosed:
            break


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8000, protocol=WebSocketProtocol)
