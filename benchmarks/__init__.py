"""How fast is it, and beside whom: ``python -m benchmarks --help``."""
