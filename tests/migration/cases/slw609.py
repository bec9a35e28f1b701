"""SLW609: items of the request."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "in a handler": app("""
        @app.route("/")
        async def index(request):
            print(request["user"])  #!
    """),
    "set by a middleware": app("""
        @app.middleware("request")
        async def add(request):
            request["user"] = 1  #!
    """),
    "in a WebSocket handler": app("""
        @app.websocket("/")
        async def feed(req, ws):
            await ws.send(req["user"])  #!
    """),
    "methods of a dict, and `in`": app("""
        @app.route("/")
        async def index(request):
            if "user" in request:  #!
                print(request.get("user"))  #!
    """),
    "a middleware that is registered by a call": app("""
        class Sessions:
            def __init__(self, app, name="session"):
                self.name = name
                app.request_middleware.appendleft(self.open)
                app.register_middleware(self.save, "response")

            async def open(self, request):
                request[self.name] = {}  #!

            async def save(self, request, response):
                if self.name not in request:  #!
                    return
    """),
    "in a module that only imports what belongs to Sanic": alone("""
        import sanic_jwt

        async def authenticate(request, *args):
            request["login"] = request.json  #!
    """),
    "a request that an object keeps": app("""
        class Strategy:
            def __init__(self, request):
                self.request = request

            def data(self):
                return self.request.get("login", {})  #!

            def name(self):
                return self.request["login"]["name"]  #!
    """),
    "in a function that is called": app("""
        def user(request):
            return request["user"]  #!
    """),
}

SILENT = {
    "in the context": app("""
        @app.route("/")
        async def index(request):
            print(request.ctx.user, request.args["x"])
    """),
    "other data that has the name": app("""
        def page(request):
            return request["page"], request.get("limit")

        def query(request):
            return page(request)

        @app.post("/")
        async def index(request):
            data = request.json
            return query(data)
    """),
    "a client's session": app("""
        async def fetch(request):
            return await request.get("https://example.com")
    """),
    "what the request itself has": app("""
        @app.route("/")
        async def index(request):
            print(request.args.get("x"), "x" in request.args, request.get_args())
    """),
    "another parameter": app("""
        def user(data, request):
            return request["user"]
    """),
    "another framework": alone("""
        import sanic
        from aiohttp import web

        async def index(request):
            return request["user"]
    """),
}
