"""A file that several processes add whole lines to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Unwritten(Exception):
    """Nothing was added; the cause is chained."""


def append(path: Path, lines: Sequence[bytes], *, durable: bool) -> None:
    """Add the lines in one piece, all or none.

    Raises :class:`Unwritten` when none was added. Any other ``OSError`` (the disk did not confirm)
    leaves that open.
    """
    with _locked(path) as descriptor:
        size = os.fstat(descriptor).st_size
        data = b"".join(line + b"\n" for line in lines)
        try:
            _write_all(descriptor, _separator(descriptor, size) + data)
        except OSError as error:
            os.ftruncate(descriptor, size)
            raise Unwritten from error
        if durable:
            os.fsync(descriptor)


def read(path: Path) -> Iterator[bytes]:
    """The complete lines of the file; none when there is no file."""
    try:
        with path.open("rb") as file:
            yield from (line.rstrip(b"\n") for line in file if line.endswith(b"\n"))
    except FileNotFoundError:
        return


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    # The lock is what makes taking back a half-written batch safe beside other writers.
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unwritten from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _separator(descriptor: int, size: int) -> bytes:
    """A line break, when a process that was killed left half a line behind."""
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
