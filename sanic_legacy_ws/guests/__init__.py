"""Other WebSocket frameworks on the connections that Sanic accepted."""
