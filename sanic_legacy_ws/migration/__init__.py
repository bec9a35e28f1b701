"""Helps an app to leave the old API: rules, checker and fixer. Runs without Sanic."""
