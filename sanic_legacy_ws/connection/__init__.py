"""The websockets-8 connection object, on asyncio and without Sanic."""
