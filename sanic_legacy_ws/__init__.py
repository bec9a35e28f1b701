"""Legacy WebSockets for Sanic."""
