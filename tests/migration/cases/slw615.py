"""SLW615: an app, or a part of it, that workers do not make."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "an app behind the guard": alone("""
        from sanic import Sanic

        if __name__ == "__main__":
            app = Sanic("app")  #!
            app.add_route(None, "/")
            app.run()
    """),
    "parts behind the guard": app("""
        from .views import index, page, bp

        if __name__ == "__main__":
            app.add_route(index, "/")  #!
            app.blueprint(bp)  #!
            app.error_handler.add(Exception, page)  #!

            @app.listener("before_server_start")  #!
            async def start(app): ...

            app.run()
    """),
    "an app of the function that runs it": alone("""
        import sanic

        def main():
            app = sanic.Sanic("app")  #!
            app.run()

        if __name__ == "__main__":
            main()
    """),
    "an app that a function gives to another": alone("""
        from sanic import Sanic

        def make():
            app = Sanic("app")  #!
            return app

        def main():
            app = make()
            app.run()

        if __name__ == "__main__":
            main()
    """),
    "an app that a coroutine gives": alone("""
        import asyncio
        from sanic import Sanic

        async def make():
            app = Sanic("app")  #!
            return app

        def main():
            app = asyncio.run(make())
            app.run()

        if __name__ == "__main__":
            main()
    """),
    "parts that are added where the app is started": app("""
        from .views import parts, index

        def setup(app):
            app.add_route(index, "/")

        def serve():
            for bp in parts:
                app.blueprint(bp)  #!
            setup(app)
            app.run()

        if __name__ == "__main__":
            serve()
    """),
    "parts that a function behind the guard adds": app("""
        from .views import index

        def setup():
            app.add_route(index, "/")

        if __name__ == "__main__":
            setup()  #!
            app.run()
    """),
    "an app of an object": alone("""
        from sanic import Sanic

        class Server:
            def __init__(self):
                self.app = Sanic("app")  #!

            def run(self):
                self.app.run()
    """),
}

SILENT = {
    "what every import makes": app("""
        app.add_route(None, "/")

        if __name__ == "__main__":
            app.run()
    """),
    "an object that every import makes": alone("""
        from sanic import Sanic

        class Server:
            def __init__(self):
                self.app = self.make()

            def make(self):
                return Sanic("app")

            def run(self):
                self.app.run()

        server = Server()

        if __name__ == "__main__":
            server.run()
    """),
    "parts that a function adds for every import": app("""
        from .views import index

        def setup():
            app.add_route(index, "/")

        def serve():
            setup()
            app.run()

        setup()

        if __name__ == "__main__":
            serve()
    """),
    "parts of an app that a function makes": app("""
        from .views import index

        def make():
            other = Sanic("other")
            other.add_route(index, "/")
            return other

        if __name__ == "__main__":
            make()
            app.run()
    """),
    "what is for the main process": app("""
        if __name__ == "__main__":
            app.register_listener(print, "main_process_start")
            app.run()
    """),
    "a single process": alone("""
        from sanic import Sanic

        if __name__ == "__main__":
            app = Sanic("app")
            app.run(single_process=True)
    """),
    "a factory that Sanic is given": alone("""
        from sanic import Sanic
        from sanic.worker.loader import AppLoader

        def make():
            return Sanic("app")

        if __name__ == "__main__":
            loader = AppLoader(factory=make)
            app = loader.load()
            app.run()
    """),
    "a server without workers": alone("""
        from sanic import Sanic

        class Server:
            def __init__(self):
                self.app = Sanic("app")

            async def start(self):
                await self.app.create_server(return_asyncio_server=True)
    """),
    "a guard that runs something else": app("""
        if __name__ == "__main__":
            app.add_route(None, "/")
            print(app.router.routes_all)
    """),
}
