"""Transactions: who opens them, who commits, and what leaves afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from growthcore.db.engine import WRITES, open_engine
from growthcore.db.readers import Readers

_AFTER = "growthcore_after_commit"


class Database:
    """One shop's database.

    The edges (a request, a job, a command) open units; services take the session and never commit.
    """

    def __init__(self, url: str, *, full_durability: bool = False) -> None:
        self.engine: Engine = open_engine(url, full_durability=full_durability)
        self.readers = Readers(self.engine)
        self._writing = self.engine.execution_options(**{WRITES: True})

    @property
    def dialect(self) -> str:
        """``"sqlite"`` or ``"postgresql"``."""
        return self.engine.dialect.name

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """A transaction that writes: committed on leaving, rolled back by an exception.

        What :func:`after_commit` collected runs once the commit is durable.
        """
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()
            callbacks = session.info.pop(_AFTER, {})
        for callback in callbacks.values():
            callback()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads; on SQLite it never waits for a writer."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction that only reads, without the ORM: where every tenth of a millisecond counts."""
        with self.engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every idle connection; call it before a fork, which would share them."""
        self.readers.dispose()
        self.engine.dispose()


def after_commit(session: Session, key: str, callback: Callable[[], None]) -> None:
    """Have ``callback`` run after ``session`` commits, once for all calls with the same ``key``."""
    session.info.setdefault(_AFTER, {}).setdefault(key, callback)
