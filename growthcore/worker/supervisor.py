"""``growthcore up``: every process of a small installation, started, watched and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from structlog import get_logger

from growthcore.worker.embedded import tied_command

log = get_logger()

_LONGEST_PAUSE = 30.0
_STABLE_AFTER = 10.0
_PATIENCE = 30.0


@dataclass
class Child:
    """One process to keep alive. It dies with the supervisor, however that dies."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        """Start (again). In a group of its own: Ctrl-C reaches the supervisor, which ends us."""
        self.process = subprocess.Popen(
            tied_command(self.command, death_signal=signal.SIGTERM),
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        self.started_at = time.monotonic()

    def watch(self) -> None:
        """Start again after it ended, later each time it ends at once."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return
        if self.process.poll() is None:
            if now - self.started_at > _STABLE_AFTER:
                self.failures = 0
            return
        log.warning("process.ended", name=self.name, code=self.process.returncode)
        self.process = None
        self.restart_at = now + min(0.5 * 2**self.failures, _LONGEST_PAUSE)
        self.failures += 1


class Supervisor:
    """Keeps children alive until it is asked to stop, then lets each finish what it has begun.

    ``tend`` is called at every look around, for what is kept alive in another way.
    """

    def __init__(self, children: Sequence[Child], tend: Callable[[], None] = lambda: None) -> None:
        self._children = children
        self._tend = tend
        self._stop = False

    def run(self) -> None:
        """Start everything and return once everything has ended. Main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self._stop:
                self._tend()
                for child in self._children:
                    child.watch()
                time.sleep(0.2)
        finally:
            self._end_children()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop = True

    def _end_children(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def growthcore(*arguments: str) -> list[str]:
    """The command line of this installation's own ``growthcore``."""
    # -P: what happens to lie in the working folder must not be imported in place of what is installed.
    return [sys.executable, "-P", "-m", "growthcore.cli", *arguments]
