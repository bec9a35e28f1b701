"""The far end of one scenario: a raw client that writes down what came over the wire."""

from __future__ import annotations

import uuid
from typing import Any

from tests.support import Frame, RawClient, Server, ServerFailedError
from tests.support.client import CLOSE, PING, PONG, close_payload

NAMES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
PATIENCE = 8.0
COMPLAINTS = ("ERROR", "Traceback", "never retrieved")
TOLD_OF_ANSWERS = ("sec-websocket-protocol", "sec-websocket-extensions", "sec-websocket-version")


class Peer:
    """One connection to a server under test, and all that was seen of it.

    `outcome()` is what is recorded and compared: the answer to the handshake, the frames
    that came, and the events that the handler reported.
    """

    def __init__(self, server: Server) -> None:
        self.server, self.key = server, uuid.uuid4().hex
        self.answer: list[str] = []
        self.wire: list[str] = []
        self.log: list[str] | None = None
        self._logged = len(server.log)
        self.client = RawClient(server, timeout=PATIENCE)
        self.close_sent = False
        self.upgraded = False

    # -- doing ------------------------------------------------------------

    def open(self, path: str, **arguments: Any) -> None:
        """The upgrade request to path, arguments as of RawClient.upgrade; notes the answer."""
        joint = "&" if "?" in path else "?"
        response = self.client.upgrade(f"{path}{joint}key={self.key}", **arguments)
        self.answer.append(str(response.status))
        for name in TOLD_OF_ANSWERS:
            if response.header(name) is not None:
                self.answer.append(f"{name}: {response.header(name)}")
        self.upgraded = response.status == 101

    def frame(self, opcode: int, payload: bytes = b"", **arguments: Any) -> None:
        self.client.send_frame(opcode, payload, **arguments)

    def text(self, *texts: str) -> None:
        for one in texts:
            self.client.send_text(one)

    def close(self, code: int | None = 1000, reason: str | bytes = b"") -> None:
        self.close_payload(close_payload(code, reason))

    def close_payload(self, payload: bytes) -> None:
        self.client.send_frame(CLOSE, payload)
        self.close_sent = True

    def go(self) -> None:
        """Open the gate that the handler waits at."""
        self._request(f"/go?key={self.key}")

    def settle(self) -> None:
        """Return when the server has read what was sent up to now."""
        self._request("/go?key=nobody")

    # -- seeing -----------------------------------------------------------

    def seen(self, what: str) -> None:
        """Wait until the handler has reported this."""
        self.server.wait_event("seen", PATIENCE, key=self.key, what=what)

    def expect(self, count: int = 1) -> None:
        """Receive and note this many frames."""
        for _ in range(count):
            self._note(self.client.receive_frame())

    def answer_pings(self, count: int) -> None:
        """Receive this many pings and answer each; they are noted as one."""
        while count:
            frame = self.client.receive_frame()
            self._note(frame)
            if frame.opcode == PING:
                count -= 1
                self.frame(PONG, frame.payload)

    def quiet(self, seconds: float = 0.3) -> None:
        """Note whether a frame comes within this time."""
        try:
            self._note(self.client.receive_frame(seconds))
        except TimeoutError:
            self.wire.append("quiet")

    def end(self) -> None:
        """Note all frames up to the end, answer a close, hang up, wait for the handler."""
        if self.upgraded:
            self._to_end()
        self.client.disconnect()
        if self.upgraded:
            self.over()

    def abort(self) -> None:
        self.client.abort()
        self.over()

    def over(self) -> None:
        """Wait until the handler has ended, and note if it does not."""
        try:
            self.server.wait_event("over", PATIENCE, key=self.key)
        except ServerFailedError:
            self.wire.append("handler still running")

    def complaints(self) -> None:
        """Note what the log says of errors since the peer came, what Python finds late included."""
        self._request("/collect")
        lines = self.server.log[self._logged :].splitlines()
        self.log = [line for line in lines if any(word in line for word in COMPLAINTS)]

    def outcome(self) -> dict[str, list[str]]:
        """All that was seen; the tasks of a handler in no order, as nothing orders them."""
        log = {} if self.log is None else {"log": self.log}
        return {
            **log,
            "answer": self.answer,
            "wire": self.wire,
            "handler": self._reported("seen"),
            "tasks": sorted(self._reported("task")),
        }

    # -- inner ------------------------------------------------------------

    def _request(self, path: str) -> None:
        with RawClient(self.server) as other:
            assert other.request(path).status == 200

    def _reported(self, event: str) -> list[str]:
        return [found["what"] for found in self.server.events(event, key=self.key)]

    def _to_end(self) -> None:
        try:
            while True:
                frame = self.client.receive_frame()
                self._note(frame)
                if frame.opcode == CLOSE and not self.close_sent:
                    self.close_payload(frame.payload)
        except TimeoutError:
            self.wire.append("silence")
        except (EOFError, ConnectionError):
            self.wire.append("end")

    def _note(self, frame: Frame) -> None:
        line = _describe(frame)
        if self.wire and self.wire[-1] == line and (frame.opcode == PING or "'tick'" in line):
            return
        self.wire.append(line)


def _describe(frame: Frame) -> str:
    """A frame as a line; the random payload of a keepalive ping is left out."""
    parts = [NAMES.get(frame.opcode, f"opcode {frame.opcode}")]
    parts += [] if frame.fin else ["more"]
    parts += [f"rsv {frame.rsv}"] if frame.rsv else []
    parts += ["masked"] if frame.masked else []
    if frame.opcode == CLOSE:
        parts.append(f"{frame.close_code} {frame.close_reason!r}")
    elif frame.opcode == PING and len(frame.payload) == 4 and frame.payload != b"text":
        parts.append("(keepalive)")
    elif len(frame.payload) > 60:
        parts.append(f"{len(frame.payload)} bytes")
    else:
        parts.append(repr(frame.payload))
    return " ".join(parts)
