"""Sanic's HTTP protocol before and after an upgrade, for any connection object."""
