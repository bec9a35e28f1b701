"""WebSocket bytes (RFC 6455, RFC 7692): standard library alone, no asyncio, no clock, no logger."""
