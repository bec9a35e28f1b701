"""The way off the old API: rules, checker, fixer, usage report. Runs without Sanic."""
