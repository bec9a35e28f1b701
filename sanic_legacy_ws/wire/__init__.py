"""WebSocket bytes (RFC 6455, RFC 7692): stdlib only, no asyncio, no clock, no logger."""
