"""What leads off the old API: rules, checker and fixer. Runs without Sanic."""
