"""Which products a condition means, as masks over a view or over some places in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.rules.conditions import Row

Mask = npt.NDArray[np.bool_]
_DAY = 86_400


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """For whom and beside what answers are made, one or many.

    ``compared`` are the places of the products looked at, or of those in the carts, and ``compared_rows``
    which answer each is for. ``segments`` has, an answer each, those of the segments rules name that the
    customer is in.
    """

    compared: Whole
    compared_rows: Whole
    segments: Sequence[frozenset[int]] = (frozenset(),)


def mask(view: View, row: Row) -> Mask:
    """Which products of the view a condition about products means."""
    return _MASKS[row["type"]](view, row)


def is_new(created: Whole, row: Row, at: int) -> Mask:
    """Which of the products are new enough; ``at`` is seconds since 1970."""
    return _mask(created > at - row["days"] * _DAY)


def values(view: View, attribute: str) -> Sequence[Hashable]:
    """What each product has of an attribute, so that equal ones compare equal."""
    return [tuple(_texts(each)) for each in view.attribute(attribute)]


def _mask(found: Any) -> Mask:
    """What comparisons give, which numpy's types don't tell."""
    return np.asarray(found, np.bool_)


def _category(view: View, row: Row) -> Mask:
    path = row["category"]
    ids = [id_ for id_, each in view.paths.items() if each == path]
    if row["operator"] == "within":
        ids += [id_ for id_, each in view.paths.items() if each.startswith(f"{path}/")]
    return np.isin(view.category_id, ids)


def _brand(view: View, row: Row) -> Mask:
    code = view.brands.index(row["brand"]) if row["brand"] in view.brands else -1
    return _mask(view.brand == code)


def _within(values: Whole, row: Row) -> Mask:
    """What is known to lie between both ends."""
    found = values >= (row["least"] or 0)
    return _mask(found if row["most"] is None else found & (values <= row["most"]))


def _discount(view: View, row: Row) -> Mask:
    off = (view.regular - view.price) * 100 >= row["percent"] * view.regular
    return _mask(off & (view.price >= 0) & (view.regular > 0))


def _attribute(view: View, row: Row) -> Mask:
    wanted = row["value"]
    values = view.attribute(row["attribute"])
    return np.fromiter((wanted in _texts(each) for each in values), np.bool_, len(values))


def _texts(value: object) -> Sequence[str]:
    """An attribute's values as they read in JSON: ``true``, ``3``; a list has several."""
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [] if value is None or isinstance(value, Mapping) else [str(value)]


_MASKS: Mapping[str, Callable[[View, Row], Mask]] = {
    "category": _category,
    "brand": _brand,
    "price": lambda view, row: _within(view.price, row),
    "stock": lambda view, row: _within(view.stock, row),
    "discount": _discount,
    "attribute": _attribute,
}
