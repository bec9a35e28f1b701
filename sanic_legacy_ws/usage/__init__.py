"""The report at run time: which old-only names handlers use, and where."""
