"""The connection under an ASGI server."""
