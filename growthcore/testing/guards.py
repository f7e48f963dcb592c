"""What no test may do: reach another machine, or leave the environment changed."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_LOCAL_NAMES = frozenset({"", "localhost", "ip6-localhost"})


def is_local(host: object) -> bool:
    """Whether ``host`` (a name, an address or None) is this machine, told without asking a DNS."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(host: object) -> None:
    # pytest.fail raises past `except Exception`, so no code under test can swallow it.
    if not is_local(host):
        pytest.fail(f"A test tried to reach {host}. Tests stay on this machine: use the http fake.")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection and every name look-up that would leave this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        resolve = socket.getaddrinfo

        def local_only(host: Any, *arguments: Any, **options: Any) -> Any:
            _refuse(host)
            return resolve(host, *arguments, **options)

        patch.setattr(socket, "getaddrinfo", local_only)
        yield


def _guarded(method: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse(address[0])
        return method(self, address)

    return connect


@pytest.fixture(autouse=True)
def _environment_unchanged() -> Iterator[None]:
    """Fail the test that changes ``os.environ`` and does not change it back."""
    before = _environment()
    yield
    after = _environment()
    if after == before:
        return
    changed = sorted(key for key in before | after if before.get(key) != after.get(key))
    for key in changed:
        if key in before:
            os.environ[key] = before[key]
        else:
            del os.environ[key]
    pytest.fail(f"The test left os.environ changed: {', '.join(changed)}. Use monkeypatch.setenv.")


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
