from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from growthcore.api import RetryableError
from growthcore.plugins.http import Http

OK = b"HTTP/1.1 200 OK\r\nX-Kind: Test\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def a_server(*answers: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers one request a connection with the next bytes; None hangs up."""
    seen: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while b"\r\n\r\n" not in received:
                    received += connection.recv(4096)
                seen.append(received)
                if answer is not None:
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        thread.join(10)


@pytest.mark.parametrize(
    "target",
    ["/a%2fb/%ec%95%88?x=%2F&y=a+b|c[0]&&z", "/sms/v2/ncp%3asms%3Akr/messages", "/~?", "/"],
)
def test_the_target_goes_out_as_given(target):
    with a_server(OK) as (base, seen):
        Http().request("GET", base + target)

    assert seen[0].split(b"\r\n")[0] == f"GET {target} HTTP/1.1".encode()


def test_an_answer_has_status_headers_and_body():
    with a_server(OK) as (base, _):
        response = Http().request("POST", base, headers={"A": "b"}, body=b"{}")

    assert (response.status, response.headers["x-kind"], response.data) == (200, "Test", b"hi")


def test_redirects_are_answers():
    with a_server(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n") as (
        base,
        seen,
    ):
        assert Http().request("GET", base + "/a").status == 302

    assert len(seen) == 1


def test_a_server_error_is_an_answer():
    with a_server(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n") as (base, _):
        assert Http().request("GET", base).status == 503


def test_a_refused_connection_may_be_retried():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(RetryableError, match="cannot connect"):
        Http().request("GET", f"http://127.0.0.1:{port}/?token=secret")


def test_a_connection_lost_after_the_request_is_uncertain():
    with a_server(None) as (base, _), pytest.raises(ConnectionError) as raised:
        Http().request("POST", base + "/?token=secret", body=b"{}")

    assert "secret" not in str(raised.value)


def test_half_an_answer_is_uncertain():
    with a_server(OK[:-1]) as (base, _), pytest.raises(ConnectionError):
        Http().request("GET", base)


def test_an_answer_that_takes_too_long_is_uncertain():
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(ConnectionError):
        Http().request("GET", f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.05)


def test_a_server_that_does_not_speak_tls_may_be_retried():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"not tls at all")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(RetryableError) as raised:
            Http().request("GET", f"https://127.0.0.1:{listener.getsockname()[1]}")
        thread.join(10)

    assert isinstance(raised.value.__cause__, ssl.SSLError | OSError)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/",
        "http://a/b c",
        "https://a/안녕",
        "http://a@b/",
        "/path",
        "http://a/#f",
        "https://a/\r\nX: y",
    ],
)
def test_a_url_that_would_be_changed_is_refused(url):
    with pytest.raises(ValueError, match="URL"):
        Http().request("GET", url)
