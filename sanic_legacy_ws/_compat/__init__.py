"""The only place that knows the versions of Sanic, websockets and Python."""
