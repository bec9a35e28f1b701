"""SLW606: app.run() at the top level of a module."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "the last line": app("""
        app.run(port=80)  #!
    """),
    "before the end of the program": app("""
        app.run(port=80)  #!
        exit(0)
    """),
    "in a block of the module": app("""
        import sys

        if len(sys.argv) > 1:
            app.run(port=80)  #!
        else:
            try:
                app.run(port=81)  #!
            except KeyboardInterrupt:
                pass
    """),
    "of what is not known, with Sanic's own protocol": alone("""
        from sanic.websocket import WebSocketProtocol
        from .engine import Engine

        Engine.server.run(port=80, protocol=WebSocketProtocol)  #!
    """),
    "before more of the module": app("""
        app.run(port=80)  #!

        def more():
            pass
    """),
}

SILENT = {
    "guarded": app("""
        if __name__ == "__main__":
            app.run(port=80)
    """),
    "in a function": app("""
        def main():
            app.run(port=80)
    """),
    "a single process": app("""
        app.run(port=80, single_process=True)
    """),
    "processes that are forked": app("""
        Sanic.start_method = "fork"
        app.run(port=80)
    """),
    "what is no app": app("""
        import asyncio
        asyncio.run(print())
    """),
}
