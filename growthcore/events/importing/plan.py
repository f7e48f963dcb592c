"""How the columns of a file become fields of a kind."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from growthcore.api import InvalidInput
from growthcore.events.importing.files import Row, Source
from growthcore.events.importing.kinds import Kind


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A file's rows as items. ``name`` is the kind's.

    ``columns`` maps a column to a field; ``""`` leaves the column out. ``constants`` are fields that
    every row has. ``options`` is whatever else decides what the rows become.
    """

    name: str
    kind: Kind
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()

    def check(self, header: Sequence[str] | None) -> None:
        """Raise :class:`InvalidInput` when a column or field is not understood."""
        named = {**self.columns, **dict.fromkeys(header or (), "")}
        targets = [self.columns.get(column, column) for column in named]
        wanted = [*targets, *self.constants]
        errors = {
            name: self._unknown(name) for name in wanted if name and not self.kind.knows(name)
        }
        if header is not None:
            missing = set(self.columns) - set(header)
            errors |= dict.fromkeys(missing, "The file has no such column.")
        twice = {name for name in wanted if name and wanted.count(name) > 1}
        errors |= dict.fromkeys(twice, "Several columns would be this field.")
        if errors:
            raise InvalidInput(errors)

    def read(self, row: Row) -> Any:
        """The item a row makes. Raises :class:`InvalidInput` by column."""
        if row.error:
            raise InvalidInput({"": row.error})
        values = dict(self.constants)
        for column, value in row.values.items():
            name = self.columns.get(column, column)
            if name and not self.kind.knows(name):
                raise InvalidInput({column: self._unknown(name)})
            if name:
                values[name] = value
        return self.kind.read(values, row.number)

    def key(self, source: Source) -> str:
        """What tells this import of this file from every other: 64 hexadecimal digits."""
        parts = [
            source.fingerprint,
            self.name,
            sorted(self.columns.items()),
            sorted(self.constants.items()),
            list(self.options),
        ]
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

    def _unknown(self, name: str) -> str:
        known = ", ".join(sorted(self.kind.fields))
        return (
            f"{name!r} is no field of {self.name}. Say which it is with --map COLUMN=FIELD, or leave "
            f"it out with --map COLUMN= . Fields: {known}."
        )
