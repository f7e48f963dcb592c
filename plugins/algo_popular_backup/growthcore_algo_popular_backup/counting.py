"""Popularity: decayed counts of what was done with each product, and rankings of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api import Arrays, Interactions

MOST = 500
"""Products of the overall ranking, and of each category's a fifth of that."""

_MOST_OF_CATEGORY = MOST // 5
_WEIGHTS = {"view_item": "view", "add_to_cart": "cart", "purchase": "purchase"}
_DAY = 86_400

Products = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


def rank(interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
    """The artifact; empty for a shop without products.

    ``products`` with their ``scores``, best first, and those nobody touched yet with 0 at the end.
    ``category_products`` and ``category_scores`` likewise, the categories one after another: those of
    ``categories[i]`` from ``offsets[i]`` to ``offsets[i + 1]``.
    """
    newest = np.array(interactions.products(), dtype=np.int64)
    if not newest.size:
        return {}
    # Ranked by score; among equals the newer product comes first.
    products = np.sort(newest)
    scores = _scores(interactions, params, products)
    order = np.lexsort((-products, -scores))
    overall = order[:MOST]
    return {
        "products": products[overall],
        "scores": scores[overall],
        **_by_category(interactions.categories(), products[order], scores[order]),
    }


def _scores(interactions: Interactions, params: Mapping[str, Any], products: Products) -> Scores:
    """Within the window; where nothing at all happened in it, over all time."""
    since = interactions.until - timedelta(days=params["days"])
    scores = _count(interactions, params, products, since)
    return scores if scores.any() else _count(interactions, params, products, None)


def _count(
    interactions: Interactions,
    params: Mapping[str, Any],
    products: Products,
    since: datetime | None,
) -> Scores:
    """Sums over people: each counts once a product and kind of event, by the latest of them.

    So a thousand views by one person are one person's view. What nobody is known to have done counts
    every time.
    """
    events = [name for name, param in _WEIGHTS.items() if params[param] > 0]
    weights = np.array([params[_WEIGHTS[name]] for name in events])
    until = int(interactions.until.timestamp())
    parts = []
    for chunk in interactions.chunks(events, since):
        age = (until - chunk.times) / (params["half_life_days"] * _DAY)
        worth = (weights[chunk.kinds] * 0.5**age).astype(np.float32)
        places = np.searchsorted(products, chunk.products).astype(np.int32)
        parts.append((chunk.customers, places, chunk.kinds, worth))
    if not parts:
        return np.zeros(len(products))
    people, places, kinds, worth = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    latest = _latest(people, places, kinds)
    return np.bincount(places[latest], worth[latest], len(products)).astype(np.float64)


def _latest(people: Any, places: Any, kinds: Any) -> npt.NDArray[np.intp]:
    """Of each person, product and kind the last line; lines come in time order."""
    order = np.lexsort((kinds, places, people))
    same = (np.diff(people[order]) == 0) & (people[order][1:] != 0)
    same &= (np.diff(places[order]) == 0) & (np.diff(kinds[order]) == 0)
    is_last = np.append(~same, True)
    kept: npt.NDArray[np.intp] = order[is_last]
    return kept


def _by_category(
    categories: Mapping[int, int], ranked: Products, scores: Scores
) -> Mapping[str, npt.NDArray[Any]]:
    """The same ranking cut up by category."""
    places: dict[int, list[int]] = {}
    for place, product in enumerate(ranked.tolist()):
        if (category := categories.get(product)) is not None:
            places.setdefault(category, []).append(place)
    chosen = [places[category][:_MOST_OF_CATEGORY] for category in sorted(places)]
    flat = np.array([place for of_one in chosen for place in of_one], dtype=np.int64)
    return {
        "categories": np.array(sorted(places), dtype=np.int64),
        "offsets": _offsets([len(of_one) for of_one in chosen]),
        "category_products": ranked[flat],
        "category_scores": scores[flat],
    }


def _offsets(lengths: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
