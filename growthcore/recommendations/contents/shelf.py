"""The contents a process holds in memory, as those of the catalogue's shelf are."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping

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
from growthcore.recommendations.contents.index import Held, Index, index

_LASTING = 60
"""So many times longer than contents may clicks and the products behind them be out of date."""


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
        self._held: dict[int, Held] = {}
        self._revision = -1
        self._read_all_at = float("-inf")
        self._index = index([], {})

    def index(self) -> Index:
        """The contents that are shown, as of at most twice ``fresh`` seconds ago."""
        self._freshness.ensure()
        return self._index

    def _read(self) -> None:
        with self._db.connect() as connection:
            revision = connection.scalar(revisions.current(Of.CONTENTS)) or 0
        now = self._monotonic()
        if revision != self._revision or now - self._read_all_at >= self._lasting:
            self._read_all()
            self._read_all_at = now

    def _read_all(self) -> None:
        with self._db.read() as session:
            held = self._take_up(session)
            clicks = content_clicks.lately(session.connection(), self._clock.now())
            named = {product for each in held for product in each.content.products}
            columns = select(Product.id, Product.external_id)
            ids = dict(rows_in(session, columns, Product.external_id, named))
        shared = self._shared(ids)
        complete = [
            each.with_(features.strongest(shared.get(code, {}) for code in each.content.products))
            for each in held
        ]
        complete.sort(key=lambda each: (each.content.published_at, each.content.id), reverse=True)
        self._index = index(complete, clicks)

    def _take_up(self, session: Session) -> Collection[Held]:
        """What is shown; the texts of what did not change are not gone through again."""
        revision = session.scalar(revisions.current(Of.CONTENTS)) or 0
        shown = set(session.scalars(select(Content.id).where(Content.hidden.is_(False))))
        news = session.scalars(select(Content).where(Content.revision > self._revision))
        known = self._held | {each.id: Held.of(each, features.of_content(each)) for each in news}
        self._held = {
            id_: each for id_, each in known.items() if id_ in shown and not each.content.hidden
        }
        self._revision = revision
        return self._held.values()

    def _shared(self, ids: Mapping[int, str]) -> Mapping[str, Features]:
        """What products share with others, by the shop's ids."""
        view = self._products.view()
        places = [place for place in view.places([*ids]).tolist() if place >= 0]
        return {
            ids[each.product.id]: features.shared(each.product, each.attributes)
            for each in view.held(places)
        }
