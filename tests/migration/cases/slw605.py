"""SLW605: create_server() without startup()."""

from __future__ import annotations

from . import app

TO = "both"

FINDS = {
    "awaited": app("""
        async def main():
            server = await app.create_server(return_asyncio_server=True)  #!
            await server.serve_forever()
    """),
    "as a task": app("""
        loop = asyncio.get_event_loop()
        loop.create_task(app.create_server(port=80, return_asyncio_server=True))  #!
        loop.run_forever()
    """),
}

SILENT = {
    "started up": app("""
        async def main():
            server = await app.create_server(return_asyncio_server=True)
            await server.startup()
    """),
    "made ready by hand, as 21.9 to 22.3 had it": app("""
        async def main():
            server = await app.create_server(return_asyncio_server=True)
            app.signalize()
            app.finalize()
    """),
    "serves itself": app("""
        async def main():
            await app.create_server(port=80)
    """),
    "asyncio's own": app("""
        async def main(loop):
            server = await loop.create_server(print, return_asyncio_server=True)
    """),
}
