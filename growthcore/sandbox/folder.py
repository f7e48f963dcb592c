"""Messages in a folder, a file each. A file is named by the message's id, which sorts by arrival."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from growthcore.api.db import EPOCH

_ID = re.compile(r"[0-9]{20}-[0-9]{6}")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The files of one ``suffix`` in ``path``, which is made when the first one comes.

    ``first`` is the number of the first message in a microsecond: folders of two suffixes in one
    place begin far apart, so that no two messages there have the same id.
    """

    path: Path
    suffix: str
    first: int = 0

    def add(self, content: bytes, at: datetime) -> str:
        """Keep a message that came ``at``; returns its id. Several processes may add at once."""
        self.path.mkdir(parents=True, exist_ok=True)
        microsecond = (at - EPOCH) // _MICROSECOND
        # Nobody sees half a file, and nobody's file is overwritten.
        with NamedTemporaryFile(dir=self.path, prefix=".") as file:
            file.write(content)
            file.flush()  # Whole before it can be seen.
            ids = (f"{microsecond:020}-{number:06}" for number in count(self.first))
            return next(id_ for id_ in ids if self._link(file.name, id_))

    def _link(self, source: str, id_: str) -> bool:
        try:
            os.link(source, self.file(id_))
        except FileExistsError:
            return False
        return True

    def newest(self, before: str | None) -> list[str]:
        """The ids from the newest on; those older than ``before`` when it is given."""
        return sorted((i for i in self.ids() if before is None or i < before), reverse=True)

    def ids(self) -> Iterator[str]:
        """The id of every message, in no order."""
        if not self.path.is_dir():
            return
        with os.scandir(self.path) as entries:
            for entry in entries:
                id_ = entry.name.removesuffix(self.suffix)
                if id_ != entry.name and _ID.fullmatch(id_):
                    yield id_

    def holds(self, id_: str) -> bool:
        """Whether there is a message of this id; whatever is no id is none's."""
        return bool(_ID.fullmatch(id_)) and self.file(id_).exists()

    def file(self, id_: str) -> Path:
        """Where a message of this id lies."""
        return self.path / f"{id_}{self.suffix}"

    def clear(self) -> int:
        """Throw every message away; returns how many there were."""
        ids = list(self.ids())
        for id_ in ids:
            self.file(id_).unlink(missing_ok=True)
        return len(ids)


def arrival(id_: str) -> datetime:
    """When the message of this id came."""
    return EPOCH + int(id_[:20]) * _MICROSECOND
