"""A GrowthCore installation of its own: real processes in a folder, asked through its command."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

_COMMAND = [sys.executable, "-m", "growthcore.cli"]
_PATIENCE = 60


@dataclass(frozen=True)
class Done:
    """What a command printed, how many seconds it took, and the most memory it held, in bytes."""

    output: str
    seconds: float
    memory: int

    @property
    def json(self) -> Any:
        """What it printed with ``--json``."""
        return json.loads(self.output)


class Installation:
    """Everything under ``folder``; ``settings`` are environment variables without the prefix."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        own = {"data_dir": str(folder), "log_level": "WARNING", **settings}
        named = {f"GROWTHCORE_{name.upper()}": value for name, value in own.items()}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GROWTHCORE_")}
        self._environment: Mapping[str, str] = kept | named

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of its database."""
        return f"sqlite:///{self.folder / 'growthcore.db'}"

    def run(self, *arguments: str | Path) -> Done:
        """Run a command of ``growthcore`` to its end. Raises ``RuntimeError`` when it fails."""
        began, memory = time.perf_counter(), 0
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as told:
            process = subprocess.Popen(
                [*_COMMAND, *map(str, arguments)],
                env=self._environment,
                stdout=output,
                stderr=told,
            )
            while process.poll() is None:
                memory = max(memory, _peak(process.pid))
                time.sleep(0.02)
            seconds = time.perf_counter() - began
            output.seek(0)
            told.seek(0)
            if process.returncode:
                raise RuntimeError(f"growthcore {arguments[0]} failed: {told.read()}")
            return Done(output.read(), seconds, memory)

    @contextlib.contextmanager
    def up(self) -> Iterator[Up]:
        """``growthcore up`` while the block runs."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [*_COMMAND, "up", "--port", str(port)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            process_group=0,
        )
        running = Up(process, f"http://127.0.0.1:{port}")
        try:
            running.wait()
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE)


@dataclass(frozen=True)
class Up:
    """An installation that runs. ``url`` is where it answers."""

    process: subprocess.Popen[bytes]
    url: str

    def wait(self) -> None:
        """Until it is ready. Raises ``TimeoutError``."""
        pool = urllib3.PoolManager(retries=False, timeout=2)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if pool.request("GET", f"{self.url}/readyz").status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError("growthcore up does not get ready")

    def memory(self) -> dict[str, int]:
        """The most bytes each process has held so far, by what it is for."""
        return {_purpose(pid): _peak(pid) for pid in _family(self.process.pid)}


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _purpose(pid: int) -> str:
    """The words of the command behind the program: ``worker --queue send``, ``web``."""
    words = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    if "growthcore.cli" not in words:
        return f"{Path(words[0]).name} {pid}"
    rest = words[words.index("growthcore.cli") + 1 :]
    return " ".join(word for word in rest if word not in ("--host", "--port", "--queue"))


def _peak(pid: int) -> int:
    """Of a process that may be gone by now; its own ``wait4`` would tell its parent's memory too."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
