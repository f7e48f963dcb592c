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


@dataclass(frozen=True, kw_only=True)
class Context:
    """For whom and beside what an answer is made.

    ``compared`` are the places of the product looked at, or of those in the cart; ``segments`` those
    of the segments rules name that the customer is in.
    """

    compared: Whole
    segments: frozenset[int] = frozenset()


Beside = Callable[[Whole, Whole], "Mask | None"]
"""Which of the places, given first, are alike the places compared with; None without any to compare."""


def mask(view: View, row: Row, at: int) -> Mask:
    """Which products of the view a condition about products means; ``at`` is seconds since 1970."""
    if row["type"] == "new":
        return _mask(view.created > at - row["days"] * _DAY)
    return _MASKS[row["type"]](view, row)


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


def beside(view: View, row: Row) -> Beside:
    """The condition that compares with what is looked at."""
    codes = _codes(view, row)
    differs = row["operator"] == "other"

    def found(places: Whole, compared: Whole) -> Mask | None:
        told = codes[compared]
        told = told[told > 0]
        if not len(told):
            return None
        here = codes[places]
        if len(told) > 1:
            return np.isin(here, told, invert=differs)
        return _mask(here != told[0] if differs else here == told[0])

    return found


def _codes(view: View, row: Row) -> npt.NDArray[Any]:
    """A number for what is compared, 0 where there is nothing."""
    if row["what"] == "category":
        return view.category_id
    if row["what"] == "brand":
        return view.brand
    numbers: dict[Hashable, int] = {(): 0}
    values = (tuple(_texts(each)) for each in view.attribute(row["attribute"]))
    return np.array([numbers.setdefault(each, len(numbers)) for each in values], np.int64)
