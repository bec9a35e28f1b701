"""What differs between releases of Sanic, websockets and Python: nothing else knows versions."""
