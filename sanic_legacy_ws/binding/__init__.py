"""Sanic's HTTP protocol up to and after an upgrade, whatever takes the connection over."""
