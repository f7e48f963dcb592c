"""Postfix's own test programs: a server that takes everything, and the fastest client there is."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
SESSIONS = 4
"""So many connections at once: where ``smtp-source`` stops to gain."""


def missing() -> list[str]:
    """Those of the programs that are not installed."""
    return [name for name in ("smtp-source", "smtp-sink") if not _found(name)]


def _found(name: str) -> str | None:
    return shutil.which(name, path=_PATH)


@contextmanager
def sink() -> Iterator[int]:
    """Run a server that takes everything and keeps nothing; its port."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen([_found("smtp-sink") or "", *user, f"{HOST}:{port}", "1000"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def source(port: int, count: int, size: int) -> bool:
    """Send so many equal messages of ``size`` bytes, connections reused."""
    command = [
        _found("smtp-source") or "",
        "-d",
        "-s",
        str(SESSIONS),
        "-l",
        str(size),
        "-m",
        str(count),
    ]
    done = subprocess.run(
        [*command, "-f", "news@shop.example", "-t", "c@example.com", f"{HOST}:{port}"], check=False
    )
    return done.returncode == 0


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("smtp-sink does not start")
