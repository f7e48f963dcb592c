"""How far an import got: a row of the table ``imports``, moved on by the units of the import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from growthcore.api import ConfigError
from growthcore.events.models import FileImport


@dataclass(kw_only=True)
class Checkpoint:
    """What is committed: rows read, what became of them, bytes of the file of rejected rows."""

    id: int
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rejects_bytes: int = 0
    finished_at: datetime | None = None

    def advance(
        self, session: Session, *, rows: int, counts: Counter[str], rejects_bytes: int
    ) -> None:
        """Move on, in the transaction of the rows. Raises :class:`ConfigError` if somebody else did."""
        self._set(session, rows=rows, counts=dict(counts), rejects_bytes=rejects_bytes)
        self.rows, self.counts, self.rejects_bytes = rows, counts, rejects_bytes

    def finish(self, session: Session, now: datetime) -> None:
        """Note that the file was read to its end."""
        self._set(session, finished_at=now)
        self.finished_at = now

    def _set(self, session: Session, **values: object) -> None:
        # Only from where this import knows the row to stand: two imports of one file never mix.
        moved = session.execute(
            update(FileImport)
            .where(FileImport.id == self.id, FileImport.rows == self.rows)
            .values(**values)
            .returning(FileImport.id)
        )
        if moved.first() is None:
            raise ConfigError("Another import of this file is running; wait until it has ended")


def find(session: Session, key: str) -> Checkpoint | None:
    """Where an earlier import under this key stands."""
    row = session.scalar(select(FileImport).where(FileImport.key == key))
    if row is None:
        return None
    return Checkpoint(
        id=row.id,
        rows=row.rows,
        counts=Counter(row.counts),
        rejects_bytes=row.rejects_bytes,
        finished_at=row.finished_at,
    )


def start(session: Session, key: str, *, kind: str, file_name: str, now: datetime) -> Checkpoint:
    """Begin at the first row, whatever an earlier import under this key did."""
    row = session.scalar(select(FileImport).where(FileImport.key == key).with_for_update())
    if row is None:
        row = FileImport(key=key, kind=kind, file_name=file_name[:255])
        session.add(row)
    row.rows, row.counts, row.rejects_bytes = 0, {}, 0
    row.started_at, row.finished_at = now, None
    session.flush()  # The units name the row by its id.
    return Checkpoint(id=row.id)
