"""Products as equally long columns: what the shop can sell, and what rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, select

from growthcore.api.values import Product as ProductValue
from growthcore.catalog.models import Product

Whole = npt.NDArray[np.int64]
Row = tuple[int, int | None, int | None, int | None, str | None, datetime, int | None, bool, int]

COLUMNS: Select[*tuple[Any, ...]] = select(
    Product.id, Product.price, Product.sale_price, Product.category_id, Product.brand,
    Product.created_at, Product.stock, Product.hidden, Product.revision,
).where(Product.known.is_(True))  # fmt: skip
"""What a view is made of; its rows are :data:`Row`."""

RECORD = np.dtype(
    [
        ("id", np.int64), ("price", np.int64), ("regular", np.int64), ("category_id", np.int64),
        ("brand", np.int64), ("created", np.int64), ("stock", np.int64), ("hidden", np.bool_),
        ("revision", np.int64),
    ]
)  # fmt: skip
"""What a view holds of a product; None is a number that nothing is."""
_NOTHING = np.zeros(0, RECORD)
_SPARSE = 8


@dataclass(frozen=True, slots=True)
class Held:
    """A product and its attributes, as of the revision it was written by."""

    product: ProductValue
    attributes: Mapping[str, Any]
    revision: int


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A frozen view of the products a shop told us of, told apart by their place.

    ``ids`` rise. ``price`` is what one costs now, ``regular`` before any discount, in minor units, -1
    unknown; ``category_id`` 0 none; ``brand`` indexes ``brands``, whose first is ``""`` for none;
    ``created`` in seconds since 1970; ``stock`` -1 unknown. ``paths`` are those of the categories by id.
    """

    records: npt.NDArray[np.void] = field(repr=False)
    brands: tuple[str, ...] = ("",)
    paths: Mapping[int, str] = field(default_factory=dict, repr=False)
    revision: int = 0
    read: Callable[[Sequence[int], Sequence[int]], Sequence[Held]] = field(repr=False)

    def held(self, places: Sequence[int] | Whole) -> Sequence[Held]:
        """Everything about the products in these places, in that order; it may be newer than the view."""
        chosen = self.records[np.asarray(places, np.int64)]
        return self.read(chosen["id"].tolist(), chosen["revision"].tolist())

    def attribute(self, name: str) -> Sequence[object]:
        """That attribute of every product, None where it has none."""
        return [each.attributes.get(name) for each in self.held(range(len(self.records)))]

    @cached_property
    def ids(self) -> Whole:
        """Our ids."""
        return np.ascontiguousarray(self.records["id"])

    @property
    def price(self) -> Whole:
        """What one costs now."""
        return self._column("price")

    @property
    def regular(self) -> Whole:
        """What one costs without a discount."""
        return self._column("regular")

    @property
    def category_id(self) -> Whole:
        """The category each hangs in."""
        return self._column("category_id")

    @property
    def brand(self) -> Whole:
        """Whose it is."""
        return self._column("brand")

    @property
    def created(self) -> Whole:
        """When we were told of it first."""
        return self._column("created")

    @property
    def stock(self) -> Whole:
        """How many are left."""
        return self._column("stock")

    @cached_property
    def available(self) -> npt.NDArray[np.bool_]:
        """Whether it can be sold: shown, and not known to be out of stock."""
        return np.asarray(~self.records["hidden"] & (self.records["stock"] != 0), np.bool_)

    def _column(self, name: str) -> Whole:
        column: Whole = self.records[name]
        return column

    def places(self, product_ids: Sequence[int] | Whole) -> Whole:
        """Where those products stand, -1 for those that don't."""
        asked = np.asarray(product_ids, np.int64)
        if self._place_of is None:
            return self._searched(asked)
        inside = (asked >= 0) & (asked < len(self._place_of))
        found: Whole = np.where(inside, self._place_of.take(asked, mode="clip"), -1)
        return found

    @cached_property
    def _place_of(self) -> Whole | None:
        """The place by id, where ids are so close together that a table of all of them is small."""
        if not len(self.ids) or self.ids[-1] > _SPARSE * len(self.ids) or self.ids[0] < 0:
            return None
        table = np.full(int(self.ids[-1]) + 1, -1, np.int64)
        table[self.ids] = np.arange(len(self.ids))
        return table

    def _searched(self, asked: Whole) -> Whole:
        if not len(self.ids):
            return np.full(len(asked), -1, np.int64)
        found = np.minimum(self.ids.searchsorted(asked), len(self.ids) - 1)
        return np.where(self.ids[found] == asked, found, -1)

    def is_available(self, places: Whole) -> npt.NDArray[np.bool_]:
        """Whether the products in these places can be sold; nothing can at place -1."""
        if not len(self.ids):
            return np.zeros(len(places), np.bool_)
        return np.asarray((places >= 0) & self.available[places], np.bool_)

    def why_not(self, place: int) -> str:
        """Why a product that cannot be sold can't: ``gone``, ``hidden`` or ``sold_out``."""
        if place < 0:
            return "gone"
        return "hidden" if self.records["hidden"][place] else "sold_out"

    def some(self, places: Whole) -> View:
        """A view of the products in these places, in that order."""
        return replace(self, records=self.records[places])


def empty(read: Callable[[Sequence[int], Sequence[int]], Sequence[Held]]) -> View:
    """A view of nothing yet; ``read`` finds everything about products by ids and least revisions."""
    return View(records=_NOTHING, read=read)


def changed(view: View, rows: Iterable[Row], revision: int) -> View:
    """The view with these rows laid over it."""
    told = list(rows)
    if not told:
        return replace(view, revision=revision)
    codes = {name: code for code, name in enumerate(view.brands)}
    for row in told:
        codes.setdefault(row[4] or "", len(codes))
    records = np.concatenate([view.records, _records(told, codes)])
    order = np.argsort(records["id"], kind="stable")
    records = records[order]
    is_last = np.append(records["id"][1:] != records["id"][:-1], True)
    return replace(view, records=records[is_last], brands=tuple(codes), revision=revision)


def _records(rows: Sequence[Row], codes: Mapping[str, int]) -> npt.NDArray[np.void]:
    """Columns of what can be compared; None becomes a number that nothing is."""
    ids, regular, sale, categories, brands, created, stock, hidden, revisions = zip(
        *rows, strict=True
    )
    records = np.zeros(len(rows), RECORD)
    records["id"], records["hidden"], records["revision"] = ids, hidden, revisions
    records["regular"] = [-1 if each is None else each for each in regular]
    records["price"] = [
        now if now is not None else (-1 if usual is None else usual)
        for now, usual in zip(sale, regular, strict=True)
    ]
    records["category_id"] = [each or 0 for each in categories]
    records["brand"] = [codes[each or ""] for each in brands]
    records["created"] = [int(each.timestamp()) for each in created]
    records["stock"] = [-1 if each is None else each for each in stock]
    return records
