"""The protocol class, `install`, and the command that serves an app."""
