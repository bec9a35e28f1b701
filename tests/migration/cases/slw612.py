"""SLW612: arguments that Sanic has removed."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "of an app": alone("""
        import sanic

        one = sanic.Sanic("one", load_env=False)  #!
        two = sanic.Sanic("two", register=False)  #!
    """),
    "of a config, and of what is derived": alone("""
        import sanic
        from sanic.config import Config

        class Settings(Config):
            PORT = 80

        class Server(sanic.Sanic):
            def __init__(self, name, load_env=True):
                super().__init__(name, load_env=load_env)  #!

        class Plain(sanic.Sanic): ...

        settings = Settings(load_env=False)  #!
        server = Server("server", load_env=False)
        plain = Plain("plain", load_env=False)  #!
    """),
    "of what starts a server": app("""
        async def main(stop):
            await app.create_server(port=80, stop_event=stop)  #!

        if __name__ == "__main__":
            app.run(legacy=True)  #!
    """),
    "a status of an exception that has its own": alone("""
        from sanic import exceptions
        from sanic.exceptions import ServerError

        def refuse(found):
            if not found:
                raise exceptions.NotFound("no", 404)  #!
            raise ServerError("no", status_code=500)  #!
    """),
}

SILENT = {
    "arguments that there are": app("""
        from sanic.exceptions import NotFound, SanicException, Unauthorized

        other = Sanic("other", env_prefix="CHAT_", log_config={})

        def refuse(found):
            if found:
                raise Unauthorized("no", scheme="Basic")
            raise SanicException("no", status_code=409) if found is None else NotFound("no")
    """),
    "of a class that is derived from something else": alone("""
        from .other import Base

        class Settings(Base):
            def __init__(self):
                super().__init__(load_env=False)

        class Both(Base, Settings): ...

        Settings(load_env=False), Both(load_env=False)
    """),
    "of something else": app("""
        from .other import Service, settings

        service = Service(load_env=False)
        settings.load(load_env=False)
        service.run(log_config={}, stop_event=None)
    """),
}
