"""Rules that are kept, in words."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Text
from growthcore.recommendations.models import Rule
from growthcore.recommendations.rules import definition as definitions
from growthcore.recommendations.rules.definition import Definition
from growthcore.segments.models import Segment


def sentences(session: Session, rules: Collection[Rule]) -> dict[int, Text]:
    """Each rule as one line, by its id."""
    named = {id_ for rule in rules for id_ in definitions.segments(rule.definition)}
    names = _names(session, named)
    return {rule.id: definitions.describe(rule.definition, names) for rule in rules}


def sentence(session: Session, definition: Definition) -> Text:
    """A checked definition as one line."""
    return definitions.describe(definition, _names(session, definitions.segments(definition)))


def _names(session: Session, segment_ids: Collection[int]) -> dict[int, str]:
    if not segment_ids:
        return {}
    rows = session.execute(select(Segment.id, Segment.name).where(Segment.id.in_(segment_ids)))
    return {id_: name for id_, name in rows}  # noqa: C416
