"""SLW403: long work between two recv()."""

from __future__ import annotations

from . import handler

TO = "native"

FINDS = {
    "a job in an executor": handler("""
        while True:
            job = await ws.recv()
            await asyncio.get_event_loop().run_in_executor(None, print, job)  #!
    """),
    "a long sleep": handler("""
        while True:
            await ws.recv()
            await asyncio.sleep(60)  #!
    """),
}

SILENT = {
    "a short sleep": handler("""
        while True:
            await ws.recv()
            await asyncio.sleep(1)
    """),
    "a handler that does not read": handler("""
        while True:
            await ws.send("x")
            await asyncio.sleep(60)
    """),
    "a single message": handler("""
        await ws.recv()
        await asyncio.sleep(60)
    """),
}
