"""No request is led into the server's own network by a name or a spelling."""

from __future__ import annotations

import _socket
import socket
import threading

import pytest

from growthcore.api import ConfigError, RetryableError
from growthcore.plugins.hosts import is_public, public_addresses
from growthcore.plugins.http import Http

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def numbers_only(monkeypatch):
    """Look-ups by the system, of numbers alone: no DNS is asked."""

    def look_up(host, port, family=0, type=0, proto=0, flags=0):
        return _socket.getaddrinfo(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def names(monkeypatch):
    """What names lead to, look-up after look-up; numbers lead to themselves. Keeps what was asked."""
    answers: dict[str, list[list[str]]] = {}
    asked = []

    def look_up(host, port, family=0, type=0, proto=0, flags=0):
        if host not in answers:
            return _socket.getaddrinfo(
                host, port, family, type, proto, flags | socket.AI_NUMERICHOST
            )
        asked.append(host)
        found = answers[host].pop(0)
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answers["asked"] = asked
    return answers


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
        "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
        "2001:db8::1", "2001::1", "100::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1",
        "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::1",
        "2002:a00:1::",
    ],
)  # fmt: skip
def test_no_address_of_a_private_network_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "223.130.200.104",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
    ],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
        "017700000001", "0", "10.1", "167772161", "0xa9fea9fe", "2852039166", "::1",
        "::ffff:127.0.0.1", "0:0:0:0:0:ffff:7f00:1",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_gets_through(host, numbers_only):
    with pytest.raises(ConfigError, match="not on the public internet"):
        public_addresses(host, 443)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.1", "2130706433"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_to_this_machine_is_refused(host, scheme, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)
    with pytest.raises(ConfigError, match="not on the public internet"):
        Http().request("POST", f"{scheme}://{host}:9/x", body=b"{}", public_only=True)


def test_one_private_address_among_public_ones_is_enough(names):
    names["mixed.example"] = [["8.8.8.8", "10.0.0.1"]]
    with pytest.raises(ConfigError):
        public_addresses("mixed.example", 443)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
def test_a_name_that_can_be_none_is_unreachable(host, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)
    with pytest.raises(RetryableError):
        Http().request("GET", f"https://{host}/", public_only=True)


def test_the_connection_goes_to_the_address_that_was_looked_at(names, monkeypatch):
    """A name that leads elsewhere at the second look gains nothing: there is no second look."""
    names["rebinding.example"] = [["8.8.8.8"], ["127.0.0.1"]]
    tried = []

    def connect(_socket, address):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(RetryableError):
        Http().request("GET", "http://rebinding.example/", public_only=True)
    assert tried == [("8.8.8.8", 80)]
    assert names["asked"] == ["rebinding.example"]


def test_a_kept_connection_into_the_network_is_not_lent_to_who_must_not_use_it():
    http = Http()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(OK)
                connection.recv(4096)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert http.request("GET", url).status == 200
        with pytest.raises(ConfigError):
            http.request("GET", url, public_only=True)
