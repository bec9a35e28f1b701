"""The Sanic side: protocol, ASGI, install and the `sanic.websocket` alias."""
