"""Products as equally long arrays, which is how rules look at them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.catalog.models import Category, Product
from growthcore.db.chunks import rows_in

Whole = npt.NDArray[np.int64]


class Products(Protocol):
    """A frozen view of products, told apart by their place.

    ``ids`` rise. ``price`` is what one costs now, ``regular`` before any discount, in minor units, -1
    unknown; ``category_id`` 0 none; ``brand`` indexes ``brands``, whose first is ``""`` for none;
    ``created`` in seconds since 1970; ``stock`` -1 unknown.
    """

    @property
    def ids(self) -> Whole: ...
    @property
    def price(self) -> Whole: ...
    @property
    def regular(self) -> Whole: ...
    @property
    def category_id(self) -> Whole: ...
    @property
    def brand(self) -> npt.NDArray[np.int32]: ...
    @property
    def brands(self) -> Sequence[str]: ...
    @property
    def created(self) -> Whole: ...
    @property
    def stock(self) -> Whole: ...
    @property
    def paths(self) -> Mapping[int, str]:
        """The categories' paths by id."""

    def attribute(self, name: str) -> Sequence[object]:
        """That attribute of every product, None where it has none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """:class:`Products` as they were read once."""

    ids: Whole
    price: Whole
    regular: Whole
    category_id: Whole
    brand: npt.NDArray[np.int32]
    brands: Sequence[str]
    created: Whole
    stock: Whole
    paths: Mapping[int, str]
    attributes: Sequence[Mapping[str, Any] | None]

    def attribute(self, name: str) -> Sequence[object]:
        """That attribute of every product, None where it has none."""
        return [(each or {}).get(name) for each in self.attributes]


def places(view: Products, product_ids: Sequence[int]) -> Whole:
    """Where those products stand in the view, -1 for those that don't."""
    asked = np.asarray(product_ids, np.int64)
    if not len(view.ids):
        return np.full(len(asked), -1, np.int64)
    found = np.minimum(np.searchsorted(view.ids, asked), len(view.ids) - 1)
    return np.where(view.ids[found] == asked, found, -1)


_COLUMNS = select(
    Product.id, Product.price, Product.sale_price, Product.category_id, Product.brand,
    Product.created_at, Product.stock, Product.attributes,
)  # fmt: skip


def some(session: Session, product_ids: Collection[int]) -> View:
    """Those of the products that there are: one that left the shop meanwhile keeps its row."""
    return _view(session, rows_in(session, _COLUMNS, Product.id, product_ids))


def on_sale(session: Session) -> View:
    """Everything that can be sold now."""
    sellable = Product.stock.is_(None) | (Product.stock > 0)
    shown = (Product.known.is_(True), Product.hidden.is_(False), sellable)
    return _view(session, session.execute(_COLUMNS.where(*shown)))


def _view(session: Session, found: Any) -> View:
    rows = sorted(found, key=_id)
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 8
    ids, regular, sale, categories, brands, created, stock, attributes = columns
    names = ["", *sorted({each for each in brands if each})]
    codes = {name: code for code, name in enumerate(names)}
    prices = [now if now is not None else usual for now, usual in zip(sale, regular, strict=True)]
    paths = select(Category.id, Category.path)
    return View(
        ids=np.array(ids, np.int64),
        price=_numbers(prices, -1),
        regular=_numbers(regular, -1),
        category_id=_numbers(categories, 0),
        brand=np.array([codes[each or ""] for each in brands], np.int32),
        brands=names,
        created=np.array([int(each.timestamp()) for each in created], np.int64),
        stock=_numbers(stock, -1),
        paths={row[0]: row[1] for row in session.execute(paths)},
        attributes=attributes,
    )


def _id(row: Any) -> int:
    number: int = row[0]
    return number


def _numbers(values: Sequence[int | None], missing: int) -> Whole:
    return np.array([missing if each is None else each for each in values], np.int64)
