"""examples/chat: two pages talk, and come back to a server that was away."""

from __future__ import annotations

import contextlib
import json

import pytest

from tests.examples.support import example, newest_only
from tests.support import RawClient
from tests.support.browser import Browser, find_chromium

pytestmark = newest_only


@pytest.fixture
def chat():
    with contextlib.closing(example("chat")) as server:
        yield server.start()


def read(client, key):
    """The next message that has this key."""
    while True:
        message = json.loads(client.receive_message())
        if key in message:
            return message


def test_rooms(chat):
    """A message is heard in its room and in no other."""
    with RawClient(chat) as ann, RawClient(chat) as bob, RawClient(chat) as eve:
        for client, path in ((ann, "a?name=ann"), (bob, "a?name=bob"), (eve, "b?name=eve")):
            client.handshake("/rooms/" + path)
            read(client, "epoch")
        ann.send_text("secret")
        assert read(bob, "text")["text"] == "secret"
        eve.send_text("nothing heard")
        assert read(eve, "text")["text"] == "nothing heard"


def test_catching_up(chat):
    """Who was away gets what it missed, and no message twice."""
    with RawClient(chat) as ann:
        ann.handshake("/rooms/r?name=ann")
        epoch = read(ann, "epoch")["epoch"]
        for n in range(3):
            ann.send_text(str(n))
        assert [read(ann, "text")["number"] for _ in range(3)] == [1, 2, 3]
    with RawClient(chat) as ann:
        ann.handshake(f"/rooms/r?name=ann&epoch={epoch}&since=1")
        assert [read(ann, "text")["number"] for _ in range(2)] == [2, 3]
    with RawClient(chat) as ann:
        ann.handshake("/rooms/r?name=ann&epoch=another&since=2")
        assert read(ann, "text")["number"] == 1


@pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed")
def test_pages(chat):
    """Two pages talk; the server restarts; they connect again, and what was typed is sent."""
    opened = "document.querySelector('#state').textContent === 'open'"
    url = f"http://127.0.0.1:{chat.port}/?room=r&name="
    with Browser() as browser:
        ann, bob = browser.open(url + "ann"), browser.open(url + "bob")
        ann.wait(opened), bob.wait(opened)
        say(ann, "hello bob")
        bob.wait("log.innerText.includes('hello bob')")
        bob.wait("here.innerText.includes('ann, bob')")
        chat.stop()
        ann.wait("document.querySelector('#state').textContent.startsWith('closed')")
        say(ann, "said while it was away")
        chat.restart()
        ann.wait(opened), bob.wait(opened)
        bob.wait("log.innerText.includes('said while it was away')")
        assert ann.errors == bob.errors == []


def say(page, text):
    page.evaluate(f"text.value = {text!r}; document.querySelector('#say button').click()")
