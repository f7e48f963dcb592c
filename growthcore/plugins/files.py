"""Files that contents name: kept in the data folder under what they consist of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from growthcore.api.errors import ConfigError, InvalidInput
from growthcore.api.files import TYPES, File

LARGEST = 10 * 1024 * 1024
"""Bytes a file may have, and the attachments of one message together."""

_ZIP = b"PK\x03\x04"
_BEGINNINGS: Mapping[str, bytes] = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "gif": b"GIF8",
    "webp": b"RIFF",
    "docx": _ZIP,
    "xlsx": _ZIP,
    "pptx": _ZIP,
    "hwpx": _ZIP,
    "hwp": b"\xd0\xcf\x11\xe0",
}


class StoredFiles:
    """:class:`growthcore.api.Files` in ``folder``, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, data: bytes) -> File:
        """Keep a file under its own name, without the path a browser may tell.

        Raises :class:`InvalidInput` at ``file`` for what is empty, too large, or not what it is called.
        """
        bare = name.replace("\\", "/").rpartition("/")[2].strip()
        extension = bare.rpartition(".")[2].lower()
        extension = "jpg" if extension == "jpeg" else extension
        _require(extension, data)
        key = f"{hashlib.sha256(data).hexdigest()}.{extension}"
        self._write(self._path(key), data)
        stem = bare.rpartition(".")[0][:90] or "file"
        return File(key=key, name=f"{stem}.{extension}")

    def size(self, key: str) -> int | None:
        """Its bytes; None where there is no such file."""
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def read(self, key: str) -> bytes:
        """The whole of it. Raises :class:`ConfigError` where there is no such file."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise ConfigError("A file of the message is gone. Attach it again.") from error

    def sweep(self, before: datetime, is_named: Callable[[str], bool]) -> int:
        """Remove what was kept before an instant and nothing names any more; returns how many."""
        gone = 0
        for path in self._files():
            if path.stat().st_mtime < before.timestamp() and not is_named(path.name):
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _files(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from sorted(self._folder.iterdir())

    def _path(self, key: str) -> Path:
        return self._folder / key

    def _write(self, path: Path, data: bytes) -> None:
        """All of a file or nothing. One that is there is as new again: nothing sweeps it."""
        if path.exists():
            os.utime(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)


def _require(extension: str, data: bytes) -> None:
    if not data:
        raise InvalidInput({"file": "Choose a file first."})
    if len(data) > LARGEST:
        raise InvalidInput({"file": "The file has more than 10 MB. Make it smaller first."})
    if extension not in TYPES:
        known = ", ".join(TYPES)
        raise InvalidInput({"file": f"Such files can't be attached. Use one of {known}."})
    beginning = _BEGINNINGS.get(extension)
    fits = data.startswith(beginning) if beginning else b"\x00" not in data
    if not fits:
        text = f"The file is called .{extension}, but holds something else. Save it anew."
        raise InvalidInput({"file": text})
