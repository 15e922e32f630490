"""The server of the invented web, over real connections."""

import http.client
import socket
import struct
import threading
import time
import urllib.error
import urllib.request

import pytest

from monitor.demo.server import DemoWeb
from monitor.demo.story import Story
from monitor.demo.web import SLOW_S


@pytest.fixture
def story() -> Story:
    return Story(running=False)


def test_an_unchanged_document_costs_nothing_until_the_story_goes_on(story: Story) -> None:
    with DemoWeb(story) as web:
        url = f"{web.base}/polar-dispatch/feed.xml"
        with urllib.request.urlopen(url) as first:
            tag = first.headers["ETag"]
        again = urllib.request.Request(url, headers={"If-None-Match": tag})
        with pytest.raises(urllib.error.HTTPError) as same:
            urllib.request.urlopen(again)
        same.value.close()
        story.skip(20)
        with urllib.request.urlopen(again) as changed:
            body = changed.read().decode()

    assert same.value.code == 304
    assert "Arkhangelsk ties 900" in body


def test_closing_does_not_wait_for_a_slow_answer(story: Story) -> None:
    with DemoWeb(story) as web:
        slow = http.client.HTTPConnection("127.0.0.1", web.port)
        slow.request("GET", "/tide-radio/feed.xml")
        urllib.request.urlopen(web.base).close()  # connections are taken in order: the slow one is being answered
        began = time.monotonic()
    answer = slow.getresponse()
    body = answer.read()
    slow.close()

    assert time.monotonic() - began < SLOW_S - 1
    assert answer.status == 200
    assert b"Tide Radio" in body


def test_nothing_is_said_of_one_who_goes_before_the_answer(story: Story, capfd: pytest.CaptureFixture[str]) -> None:
    with DemoWeb(story) as web:
        gone = socket.create_connection(("127.0.0.1", web.port))
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets the connection
        gone.sendall(b"GET /tide-radio/feed.xml HTTP/1.1\r\nHost: x\r\n\r\n")
        urllib.request.urlopen(web.base).close()  # connections are taken in order: the slow one is being answered
        answering = [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]
        gone.close()
    for thread in answering:
        thread.join(10)

    assert answering
    assert capfd.readouterr().err == ""


def test_a_story_runs_or_waits(story: Story) -> None:
    story.skip(15)

    assert story.second == 15
    assert Story().second >= 0
