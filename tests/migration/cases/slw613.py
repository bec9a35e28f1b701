"""SLW613: the cookies of a response, used as a dict."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "set, with its attributes": app("""
        from sanic import response

        @app.route("/")
        async def index(request):
            page = response.text("hello")
            page.cookies["id"] = "1"  #!
            page.cookies["id"]["max-age"] = 3600  #!
            return page
    """),
    "deleted": app("""
        @app.route("/")
        async def index(request):
            answer = await request.respond()
            resp = answer
            del resp.cookies["id"]  #!
    """),
    "a response that a middleware gets": app("""
        @app.middleware("response")
        async def save(request, response):
            response.cookies["id"] = request.ctx.id  #!
    """),
}

SILENT = {
    "read": app("""
        @app.route("/")
        async def index(request):
            return request.cookies["id"], request.cookies.get("id")
    """),
    "by its methods": app("""
        from sanic.response import text

        @app.route("/")
        async def index(request):
            response = text("hello")
            response.add_cookie("id", "1")
            response.delete_cookie("id")
            return response
    """),
    "a client's": app("""
        import requests

        session = requests.Session()
        session.cookies["id"] = "1"
    """),
    "another framework's": alone("""
        import sanic
        from aiohttp import web

        async def index(request):
            response = web.Response()
            response.cookies["id"] = "1"
            return response
    """),
}
