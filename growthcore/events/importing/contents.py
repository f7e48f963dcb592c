"""Files of contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.catalog import contents
from growthcore.catalog.content_input import ContentInput
from growthcore.customers.outcomes import Change
from growthcore.events.importing.kinds import Reading, Stored
from growthcore.events.importing.values import Values, flag, instant, text, texts

_TEXTS = ("kind", "title", "url", "image_url", "summary", "author")
_LISTS = ("keywords", "products")


class Contents:
    """Rows of blog posts, videos and reviews. An empty cell leaves what is known as it is."""

    fields = frozenset(["external_id", *_TEXTS, *_LISTS, "hidden", "published_at"])

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def knows(self, name: str) -> bool:
        return name in self.fields

    def read(self, row: Mapping[str, Any], number: int) -> ContentInput:
        values = Values(row)
        told: dict[str, Any] = {
            "external_id": values.get("external_id", text, required=True),
            "hidden": values.get("hidden", flag),
            "published_at": values.get("published_at", instant(self._reading.zone)),
        }
        told |= {name: values.get(name, text) for name in _TEXTS}
        told |= {name: values.get(name, texts) for name in _LISTS}
        values.check()
        return ContentInput(**{name: value for name, value in told.items() if value is not None})

    def store(self, session: Session, items: Sequence[ContentInput], now: datetime) -> Stored:
        done = contents.upsert_contents(session, items, now=now)
        good = Counter(one.change.value for one in done if one.change is not Change.REJECTED)
        bad = {place: one.errors for place, one in enumerate(done) if one.change is Change.REJECTED}
        return Stored(counts=good, rejected=bad)
