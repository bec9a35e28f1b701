"""Put this folder first on the path, and no Sanic of any line finds uvloop."""

raise ImportError("uvloop is kept out of this process by the test suite")
