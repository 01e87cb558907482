"""Between the event loop and the Flask app: bodies, headers, and phones that are slow or hang up."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn

from pegup import wsgi
from pegup.serve import listen
from pegup.wsgi import Bridge, environ_of

THREADS = 2
computing: list[str] = []
most_at_once: list[int] = []
somebody_else_was_answered = threading.Event()


def echo(environ, start_response):
    """Answers with what it was asked, and with how much came."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("broken")
    if environ["PATH_INFO"] == "/page":
        computing.append("page")
        most_at_once.append(len(computing))
        time.sleep(0.001)
        computing.pop()
    if environ["PATH_INFO"] == "/file":
        somebody_else_was_answered.wait(10)
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
    yield f"{environ['REQUEST_METHOD']} {environ['CONTENT_LENGTH']} ".encode()
    yield body[-20:]


@pytest.fixture
def port() -> Iterator[int]:
    config = uvicorn.Config(Bridge(echo, threads=THREADS, largest=1_000_000), log_level="critical")
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join(10)


def ask(port: int, method: str = "GET", path: str = "/", body: bytes | None = None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read().decode(), response


def test_a_body_arrives_whole_also_from_a_file(port):
    for size in (0, 10, 300_000, 1_000_000):
        body = b"x" * (size - 3) + b"end" if size else b""
        status, text, _response = ask(port, "POST", body=body)
        assert (status, text.split(" ")[1]) == (200, str(size))
        assert text.endswith("end") == bool(size)


def test_a_body_in_pieces_has_a_length(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("POST", "/", iter([b"one ", b"two"]), encode_chunked=True)
        assert connection.getresponse().read() == b"POST 7 one two"


def test_one_that_is_too_large_is_not_read(port):
    status, text, _response = ask(port, "POST", body=b"x" * 1_000_001)
    assert (status, text) == (200, "POST 1000001 ")
    pieces = iter([b"x" * 600_000, b"x" * 600_000])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("POST", "/", pieces, encode_chunked=True)
        assert int(connection.getresponse().read().split()[1]) > 1_000_000


def test_slow_phones_hold_nobody_up(port):
    slow = [socket.create_connection(("127.0.0.1", port)) for _phone in range(4 * THREADS)]
    for phone in slow:
        phone.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegun")
    assert ask(port)[0] == 200
    for phone in slow[:-1]:
        phone.sendall(b"x" * 995)
        assert phone.recv(4096).startswith(b"HTTP/1.1 200")
    for phone in slow:  # the last hangs up in the middle
        phone.close()
    assert ask(port)[0] == 200


def test_pages_are_computed_one_after_the_other(port, monkeypatch):
    monkeypatch.setattr(wsgi, "PATIENCE_SECONDS", 10)
    with ThreadPoolExecutor(6) as phones:
        answers = list(phones.map(lambda _phone: ask(port, path="/page")[0], range(30)))
    assert answers == [200] * 30
    assert most_at_once == [1] * 30


def test_what_takes_long_lets_others_by(port):
    with ThreadPoolExecutor(1) as phone:
        long = phone.submit(ask, port, path="/file")
        time.sleep(0.1)
        begun = time.monotonic()
        assert ask(port)[0] == 200
        assert time.monotonic() - begun < 5
        somebody_else_was_answered.set()
    assert long.result()[0] == 200


def test_an_answer_waits_for_no_receipt(port):
    """40 ms each, where a body stays behind its headers until the browser has confirmed them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        times = []
        for _request in range(15):
            begun = time.perf_counter()
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append(time.perf_counter() - begun)
    assert sorted(times)[3] < 0.03


def test_what_fails_in_the_app_ends_no_other_request(port):
    assert ask(port, path="/broken")[0] == 500
    assert ask(port)[0] == 200


def test_addresses_and_headers_as_wsgi_wants_them():
    environ = environ_of(
        {
            "type": "http",
            "method": "GET",
            "path": "/ciudades/ñ",
            "query_string": b"q=\xf1",
            "http_version": "1.1",
            "client": ("10.0.0.1", 1),
            "headers": [
                (b"cookie", b"a=1"),
                (b"cookie", b"b=2"),
                (b"accept", b"text/html"),
                (b"accept", b"*/*"),
                (b"x_forwarded_for", b"1.2.3.4"),
                (b"content-type", b"text/plain"),
            ],
        }
    )
    assert environ["PATH_INFO"] == "/ciudades/ñ".encode().decode("latin-1")
    assert environ["QUERY_STRING"] == "q=ñ"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "text/html,*/*"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["REMOTE_ADDR"] == "10.0.0.1"
    assert "HTTP_X_FORWARDED_FOR" not in environ
