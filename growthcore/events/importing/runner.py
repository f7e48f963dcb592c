"""One file, imported unit by unit, so that it can be killed anywhere and resumed."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.api.ports import Clock
from growthcore.db.unit_of_work import Database
from growthcore.events.importing import checkpoint, files
from growthcore.events.importing.checkpoint import Checkpoint
from growthcore.events.importing.files import Row, Source
from growthcore.events.importing.plan import Plan
from growthcore.events.importing.rejects import Rejects
from growthcore.events.importing.turns import Turns

_MOST_PROBLEMS = 20

Rejected = tuple[Row, Mapping[str, str]]


@dataclass(kw_only=True)
class Summary:
    """What an import did, or would do (``dry_run``).

    ``problems`` are the first rejected rows. ``resumed_at`` is the last row that an earlier run had
    done; ``already`` tells that it had done them all.
    """

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    rejects_file: Path | None = None
    resumed_at: int = 0
    dry_run: bool = False
    already: bool = False

    @property
    def rejected(self) -> int:
        """How many rows were not taken."""
        return self.counts["rejected"]

    def note(self, rejected: Sequence[Rejected]) -> None:
        """Keep the first problems to show."""
        for row, errors in rejected[: _MOST_PROBLEMS - len(self.problems)]:
            self.problems.append((row.number, errors))


class Import:
    """The import of one file. ``progress`` is told, now and then, how many bytes are behind."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        source: Source,
        plan: Plan,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._source = source
        self._plan = plan
        self._progress = progress
        self._turns = Turns(db)

    def check(self) -> Summary:
        """Go through the whole file as :meth:`run` would, and keep nothing.

        Units do not see one another, so that a row told twice far apart is counted twice.
        """
        self._plan.check(files.columns(self._source))
        summary = Summary(dry_run=True)
        for unit in self._units(after=0):
            items, rejected = self._read(unit)
            with contextlib.suppress(_Undo), self._turns.take(len(unit)) as session:
                summary.counts += self._store(session, items, rejected)
                _undo()
            summary.rows = unit[-1].number
            summary.note(rejected)
        return summary

    def run(self, *, resume: bool = False) -> Summary:
        """Import the file. ``resume`` goes on where an earlier run of this import stopped.

        Raises :class:`InvalidInput` for columns that are not understood, before anything is
        written, and :class:`ConfigError` when another import of the file runs.
        """
        self._plan.check(files.columns(self._source))
        place = self._begin(resume)
        summary = Summary(rows=place.rows, counts=place.counts, resumed_at=place.rows)
        if place.finished_at:
            summary.already = True
            return summary
        path = self._source.path
        rejects = Rejects(path.with_name(f"{path.name}.rejects.jsonl"), place.rejects_bytes)
        try:
            for unit in self._units(after=place.rows):
                summary.note(self._write(unit, place, rejects))
        finally:
            rejects.close()
        with self._db.unit() as session:
            place.finish(session, self._clock.now())
        summary.rows, summary.counts = place.rows, place.counts
        summary.rejects_file = rejects.path if summary.rejected else None
        return summary

    def _units(self, after: int) -> Iterator[list[Row]]:
        """The rows in portions that take as long to write as they may."""
        rest = (row for row in files.rows(self._source, self._progress) if row.number > after)
        while unit := list(islice(rest, self._turns.rows)):
            yield unit

    def _begin(self, resume: bool) -> Checkpoint:
        key = self._plan.key(self._source)
        with self._db.unit() as session:
            found = checkpoint.find(session, key) if resume else None
            return found or checkpoint.start(
                session,
                key,
                kind=self._plan.name,
                file_name=self._source.path.name,
                now=self._clock.now(),
            )

    def _write(self, unit: Sequence[Row], place: Checkpoint, rejects: Rejects) -> list[Rejected]:
        """Import one unit in one transaction, with how far that gets us."""
        # Read before the transaction begins: it holds up other writers.
        items, rejected = self._read(unit)
        with self._turns.take(len(unit)) as session:
            counts = place.counts + self._store(session, items, rejected)
            for row, errors in rejected:
                rejects.write(row.number, errors, row.values)
            place.advance(
                session, rows=unit[-1].number, counts=counts, rejects_bytes=rejects.written()
            )
        return rejected

    def _read(self, unit: Iterable[Row]) -> tuple[list[tuple[Row, Any]], list[Rejected]]:
        items: list[tuple[Row, Any]] = []
        rejected: list[Rejected] = []
        for row in unit:
            try:
                items.append((row, self._plan.read(row)))
            except InvalidInput as error:
                rejected.append((row, error.errors))
        return items, rejected

    def _store(
        self, session: Session, items: Sequence[tuple[Row, Any]], rejected: list[Rejected]
    ) -> Counter[str]:
        """Write the items; those that do not fit join ``rejected``, in the order of the file."""
        stored = self._plan.kind.store(session, [item for _, item in items], self._clock.now())
        rejected += [(items[place][0], errors) for place, errors in stored.rejected.items()]
        rejected.sort(key=lambda one: one[0].number)
        return stored.counts + Counter(rejected=len(rejected))


class _Undo(Exception):
    """Leaves a unit without committing it."""


def _undo() -> None:
    raise _Undo
