"""The FastAPI app that new routes go to."""

from __future__ import annotations

from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

app = FastAPI()


@app.get("/items/{number}")
async def item(number: int):
    return {"item": number}


@app.websocket("/shout")
async def shout(websocket: WebSocket):
    await websocket.accept()
    try:
        while True:
            await websocket.send_text((await websocket.receive_text()).upper())
    except WebSocketDisconnect:
        pass
