"""Which values of a program are WebSockets."""
