"""The contents a process holds in memory, as those of the catalogue's shelf are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Clock
from growthcore.catalog import content_clicks, revisions
from growthcore.catalog.models import Content, Product
from growthcore.catalog.revisions import Of
from growthcore.catalog.shelf import Shelf
from growthcore.db.chunks import rows_in
from growthcore.db.freshness import Freshness
from growthcore.db.unit_of_work import Database
from growthcore.recommendations.contents import features
from growthcore.recommendations.contents.features import Features
from growthcore.recommendations.contents.index import Index, Postings, Row, products_of, row

_LASTING = 60
"""So many times longer than contents may clicks and the products behind them be out of date."""

_NO_ROW = row({})
_NOTHING = Index(
    contents=[], said=Postings.of([]), shared=Postings.of([]), about={}, clicks=np.zeros(0)
)


class ContentShelf:
    """One shop's contents in one process; threads share it."""

    def __init__(
        self,
        db: Database,
        products: Shelf,
        clock: Clock,
        fresh: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._products = products
        self._clock = clock
        self._lasting = _LASTING * fresh
        self._monotonic = monotonic
        self._freshness = Freshness(self._read, fresh, monotonic=monotonic)
        self._held: dict[int, tuple[Content, Row]] = {}
        self._revision = -1
        self._index = _NOTHING
        self._looked_at = float("-inf")

    def index(self) -> Index:
        """The contents that are shown, as of at most twice ``fresh`` seconds ago."""
        self._freshness.ensure()
        return self._index

    def _read(self) -> None:
        now = self._monotonic()
        with self._db.read() as session:
            revision = session.scalar(revisions.current(Of.CONTENTS)) or 0
            index = self._index if revision == self._revision else self._told(session)
            if index is self._index and now - self._looked_at < self._lasting:
                return
            clicks = content_clicks.lately(session.connection(), self._clock.now())
            columns = select(Product.id, Product.external_id)
            ids = dict(rows_in(session, columns, Product.external_id, index.about))
        self._index = self._completed(index, ids, clicks)
        self._revision, self._looked_at = revision, now

    def _told(self, session: Session) -> Index:
        """What is shown now; the texts of what did not change are not gone through again."""
        shown = set(session.scalars(select(Content.id).where(Content.hidden.is_(False))))
        news = session.scalars(select(Content).where(Content.revision > self._revision))
        known = self._held | {each.id: (each, row(features.of_content(each))) for each in news}
        self._held = {
            id_: each for id_, each in known.items() if id_ in shown and not each[0].hidden
        }
        newest = sorted(
            self._held.values(), key=lambda each: (each[0].published_at, each[0].id), reverse=True
        )
        contents = [content for content, _ in newest]
        said = Postings.of([said for _, said in newest])
        return replace(_NOTHING, contents=contents, said=said, about=products_of(contents))

    def _completed(self, index: Index, ids: Mapping[int, str], clicks: Mapping[int, int]) -> Index:
        """With clicks, and with what the products share with others; ``ids`` are ours and the shop's."""
        view = self._products.view()
        places = [place for place in view.places([*ids]).tolist() if place >= 0]
        shared = {
            ids[each.product.id]: features.shared(each.product, each.attributes)
            for each in view.held(places)
        }
        rows = {code: row(each) for code, each in shared.items()}
        together = [_together(each.products, shared, rows) for each in index.contents]
        clicked = np.array([clicks.get(each.id, 0) for each in index.contents], np.float64)
        return replace(index, shared=Postings.of(together), clicks=clicked)


def _together(codes: Sequence[str], shared: Mapping[str, Features], rows: Mapping[str, Row]) -> Row:
    """What the products of one content share with others; most contents are about one."""
    if len(codes) == 1:
        return rows.get(codes[0], _NO_ROW)
    return row(features.strongest(shared.get(code, {}) for code in codes)) if codes else _NO_ROW
