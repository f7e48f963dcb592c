"""The models that fill what another leaves empty, as its row holds them.

A slug, or ``{"model": slug, "slots": n}`` for one that fills at most so many places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.recommendations.models import Model

MOST_SLOTS = 50

Kept = str | Mapping[str, object]


@dataclass(frozen=True)
class Backup:
    """``slots``: None for as many as are empty."""

    slug: str
    slots: int | None = None

    @property
    def kept(self) -> Kept:
        """As a model's row holds it."""
        return {"model": self.slug, "slots": self.slots} if self.slots else self.slug


def of(model: Model) -> list[Backup]:
    """A model's backups, in the order they are asked."""
    return [_read(each) for each in model.backups]


def check(session: Session, slug: str, given: Sequence[Kept]) -> list[Kept]:
    """The backups of ``slug`` as they would be kept. Raises :class:`InvalidInput`."""
    try:
        backups = [_read(each) for each in given]
    except (KeyError, TypeError) as error:
        told = 'A backup is a slug or {"model": slug, "slots": number}.'
        raise InvalidInput({"backups": told}) from error
    slugs = [each.slug for each in backups]
    if len(set(slugs)) < len(slugs) or slug in slugs:
        raise InvalidInput({"backups": "Name each backup once, and not the model itself."})
    known = set(session.scalars(select(Model.slug).where(Model.slug.in_(slugs))))
    if missing := [each for each in slugs if each not in known]:
        raise InvalidInput({"backups": f"There is no recommendation model {missing[0]!r}."})
    if not all(_is_fit(each.slots) for each in backups):
        raise InvalidInput({"backups": f"Let a backup fill 1 to {MOST_SLOTS} places, or all."})
    return [each.kept for each in backups]


def _read(kept: Kept) -> Backup:
    if isinstance(kept, str):
        return Backup(kept)
    slug, slots = kept["model"], kept.get("slots")
    if not isinstance(slug, str) or not isinstance(slots, int | None) or isinstance(slots, bool):
        raise TypeError
    return Backup(slug, slots)


def _is_fit(slots: int | None) -> bool:
    return slots is None or 1 <= slots <= MOST_SLOTS
