"""The file of rows that were not taken, kept in step with what was committed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec


class Rejects:
    """``FILE.rejects.jsonl``: a line a row, with its number, what is wrong, and the row itself.

    Opened at the length that was committed with the rows: what a killed import wrote beyond is
    cut off and written again. Readable by its owner only, for it holds what the file held.
    """

    def __init__(self, path: Path, length: int) -> None:
        self.path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, length)
        self._file = os.fdopen(descriptor, "r+b")
        self._file.seek(0, os.SEEK_END)

    def write(self, number: int, errors: Mapping[str, str], values: Mapping[str, Any]) -> None:
        """Add a row."""
        line = {"row": number, "errors": dict(errors), "values": dict(values)}
        self._file.write(msgspec.json.encode(line) + b"\n")

    def written(self) -> int:
        """Make what was written durable, as the commit that follows will be; the file's length."""
        self._file.flush()  # the rows, before the commit that counts them
        return self._file.tell()

    def close(self) -> None:
        """Close the file, and remove it when it holds nothing."""
        length = self._file.tell()
        self._file.close()
        if length == 0:
            self.path.unlink()
