"""A headless Chromium, driven over the DevTools protocol by the raw client."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from .client import RawClient
from .waiting import eventually

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_TIMEOUT = 30.0
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
]


def find_chromium() -> str | None:
    """The path of an installed Chromium, None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A Chromium with an empty profile, for a ``with`` block; its pages end with it."""

    def __enter__(self) -> Browser:
        executable = find_chromium()
        assert executable is not None, "no Chromium is installed"
        self.folder = Path(tempfile.mkdtemp(prefix="slw-browser-"))
        self._process = subprocess.Popen(
            [executable, *FLAGS, f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._pages: list[Page] = []
        try:
            self._address = ("127.0.0.1", self._port())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        for page in self._pages:
            page.client.disconnect()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        shutil.rmtree(str(self.folder), ignore_errors=True)

    def open(self, url: str, width: int = 1280, height: int = 900) -> Page:
        """Open a page of this size, in CSS pixels, and wait until it is loaded."""
        request = urllib.request.Request(
            "http://{}:{}/json/new?about:blank".format(*self._address), method="PUT"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            target = json.load(answer)
        page = Page(RawClient(self._address, timeout=20), target["id"])
        self._pages.append(page)
        page.resize(width, height)
        page.go(url)
        return page

    def _port(self) -> int:
        """The port that Chromium chose and wrote into its profile."""
        path = self.folder / "DevToolsActivePort"

        def written() -> bool:
            assert self._process.poll() is None, "Chromium exited"
            return path.exists() and "\n" in path.read_text()

        eventually(written, START_TIMEOUT)
        return int(path.read_text().split()[0])


class Page:
    """One page."""

    def __init__(self, client: RawClient, target: str) -> None:
        self.client = client
        self.errors: list[str] = []
        self._last = 0
        client.handshake(f"/devtools/page/{target}")
        self.command("Page.enable")
        self.command("Runtime.enable")

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Run a DevTools command and give its result; exceptions of the page are collected."""
        self._last += 1
        self.client.send_text(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self.client.receive_message())
            if message.get("id") == self._last:
                assert "error" not in message, (method, message)
                return dict(message["result"])
            if message.get("method") == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(message["params"]["exceptionDetails"]))

    def go(self, url: str) -> None:
        """Navigate, and wait until the page is loaded."""
        self.command("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        answer = self.command(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str, timeout: float = 15.0) -> Any:
        """Wait until a JavaScript expression is true, and give its value."""

        def failed(_: Any) -> AssertionError:
            return AssertionError(f"{expression}: {self.text()} {self.errors}")

        return eventually(lambda: self.evaluate(expression), timeout, every=0.05, error=failed)

    def text(self) -> str:
        """The text that a reader sees."""
        return str(self.evaluate("document.body.innerText"))

    def resize(self, width: int, height: int) -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def screenshot(self, path: str | Path) -> None:
        """Write what is seen as a PNG file."""
        data = self.command("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))
