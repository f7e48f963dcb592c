"""Two applications served alike, and asked alike, so that only the ratio of their rates means anything."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

CONNECTIONS = 16


@contextlib.contextmanager
def served(factory: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve what ``factory`` (``module:function``) makes with two workers; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "8", "--no-ws",
        "--log-level", "error", factory,
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            time.sleep(1.5)
            return
        time.sleep(0.1)
    raise TimeoutError("granian does not answer")


def wrk() -> str | None:
    """Where the load generator is, if it is installed."""
    return shutil.which("wrk")


def asked_by_wrk(wrk: str, address: str, lua: str, folder: Path, seconds: int) -> float:
    """Requests a second that wrk makes by a script. Raises when any was answered with an error."""
    script = folder / "wrk.lua"
    script.write_text(lua)
    command = [
        wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script), address,
    ]  # fmt: skip
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return float(next(line.split()[1] for line in out.splitlines() if "Requests/sec" in line))
