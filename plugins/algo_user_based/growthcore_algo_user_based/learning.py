"""Learning what goes with what over people: closed form where it fits, neighbours or factors above.

The closed-form item model is EASE: with ``P`` the inverse of ``X'X + lambda I``, the weight of item i
for item j is ``-P_ij / P_jj``, and 0 for itself (H. Steck, "Embarrassingly Shallow Autoencoders for
Sparse Data", WWW 2019). It needs about 12 bytes times the square of the number of items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api import Arrays
from growthcore.api.matrices import Matrix

_BLOCK = 512
_TABLE = 100
"""Neighbours of an item kept for those who have no list."""

Reported = Callable[[float], None]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Past:
    """What people are about: all of it, with a half-life, of the last weeks only, and what they bought.

    All but the last weeks have the same rows; ``bought`` is 0 for what was only looked at.
    """

    people: Matrix
    decayed: Matrix
    recent: Matrix
    bought: Matrix


def learn(
    past: Past,
    params: Mapping[str, Any],
    *,
    with_known: bool,
    report: Reported,
) -> Arrays:
    """The artifact; empty where nobody shares enough with anybody.

    ``products``; ``people`` ascending with their ``lists`` (places, -1: none) and ``list_scores``;
    ``neighbours`` and ``scores`` of each product; ``popular``, the share of the most popular one.
    """
    people = past.people
    items = _items(people, params)
    known = people.values[:, items].tocsr()
    rows = np.flatnonzero(np.diff(known.indptr))
    if not len(items) or not len(rows):
        return {}
    known, ids = known[rows], people.rows[rows]
    known.data[:] = np.minimum(known.data, 1.0)
    now = past.decayed.values[:, items].tocsr()[rows]
    # What was long ago still counts half: a year of tastes, with the last weeks in front.
    now.data[:] = 0.5 + 0.5 * np.minimum(now.data, 1.0)
    bought = past.bought.values[:, items].tocsr()[rows]
    popular = _popular(past.recent, people.products[items])
    report(0.1)
    scorer = _scorer(known, params)
    report(0.5)
    lists, scores = _lists(
        now, scorer, popular, params, left_out=None if with_known else bought,
        report=lambda share: report(0.5 + share / 2),
    )  # fmt: skip
    table, table_scores = scorer.table(_TABLE)
    return {
        "products": people.products[items],
        "people": ids,
        "lists": lists,
        "list_scores": scores,
        "neighbours": table,
        "scores": table_scores,
        "popular": popular,
    }


def _scorer(known: Any, params: Mapping[str, Any]) -> _Closed | _Neighbours:
    fits = params["model"] == "auto" and known.shape[1] <= params["most_items"]
    if fits or params["model"] == "closed_form":
        return _Closed(known, params["regularisation"])
    return _Neighbours(known, params)


def _items(people: Matrix, params: Mapping[str, Any]) -> npt.NDArray[np.intp]:
    """Places of the items that enough people know."""
    counts = np.bincount(people.values.indices, minlength=len(people.products))
    return np.flatnonzero(counts >= params["least_people"])


def _popular(recent: Matrix, products: npt.NDArray[np.int64]) -> Floats:
    """How many people were about each product lately, as a share of the most."""
    counts = np.bincount(recent.values.indices, minlength=len(recent.products))
    found = np.searchsorted(recent.products, products)
    shares = counts[found].astype(np.float32)
    return shares / max(float(shares.max(initial=0.0)), 1.0)


class _Closed:
    """Scores by the closed form, dense."""

    def __init__(self, known: Any, regularisation: float) -> None:
        from scipy import linalg

        gram = (known.T @ known).toarray().astype(np.float32)
        gram[np.diag_indices_from(gram)] += regularisation
        factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
        identity = np.eye(len(gram), dtype=np.float32)
        inverse = linalg.cho_solve(factor, identity, overwrite_b=True, check_finite=False)
        self._weights: Floats = inverse / -np.diag(inverse)
        self._weights[np.diag_indices_from(self._weights)] = 0.0

    def scores(self, rows: Any) -> Floats:
        """One row of scores for each row of what somebody knows."""
        found: Floats = np.asarray(rows @ self._weights)
        return found

    def table(self, k: int) -> tuple[Places, Floats]:
        """What each item speaks for most: its ``k`` greatest weights, best first."""
        return _top(self._weights, k)


class _Neighbours:
    """Scores by neighbours over people, or by factors, of the library *implicit*."""

    def __init__(self, known: Any, params: Mapping[str, Any]) -> None:
        from threadpoolctl import threadpool_limits

        # It has threads of its own, and asks for this.
        with threadpool_limits(1, "blas"):
            if params["model"] == "factors":
                self._model = _factors(params, known.shape[1])
                self._model.fit(known, show_progress=False)
            else:
                self._model = _item_item(known)
        self._items = known.shape[1]

    def scores(self, rows: Any) -> Floats:
        """The same as of the closed form; items out of reach have 0."""
        found = np.zeros((rows.shape[0], self._items), dtype=np.float32)
        ids, scores = self._model.recommend(
            np.arange(rows.shape[0]), rows, N=min(200, self._items),
            filter_already_liked_items=False, recalculate_user=_is_factors(self._model),
        )  # fmt: skip
        at = np.repeat(np.arange(rows.shape[0]), ids.shape[1]).reshape(ids.shape)
        is_any = ids >= 0
        found[at[is_any], ids[is_any]] = np.maximum(scores[is_any], 0.0)
        return found

    def table(self, k: int) -> tuple[Places, Floats]:
        """Each item's ``k`` most similar."""
        ids, scores = self._model.similar_items(np.arange(self._items), N=min(k + 1, self._items))
        own = ids == np.arange(self._items)[:, None]
        ids, scores = np.where(own | (scores <= 0), -1, ids), np.where(own, 0.0, scores)
        order = np.argsort(ids < 0, axis=1, kind="stable")
        ids = np.take_along_axis(ids, order, axis=1)
        scores = np.take_along_axis(scores, order, axis=1)
        return ids[:, :k].astype(np.int32), np.maximum(scores[:, :k], 0.0).astype(np.float32)


def _item_item(known: Any) -> Any:
    """Neighbours by tf-idf, which held against shop data beats the other weights of the library."""
    from implicit.nearest_neighbours import ItemItemRecommender, normalize, tfidf_weight

    model = ItemItemRecommender(K=_TABLE)
    model.fit(normalize(tfidf_weight(known.T)).T.tocsr(), show_progress=False)
    return model


def _factors(params: Mapping[str, Any], items: int) -> Any:
    from implicit.als import AlternatingLeastSquares
    from implicit.gpu import HAS_CUDA

    return AlternatingLeastSquares(
        factors=max(2, min(64, items // 4)), regularization=0.05, alpha=10, iterations=15, random_state=1,
        use_gpu=bool(params["gpu"] and HAS_CUDA),
    )  # fmt: skip


def _is_factors(model: Any) -> bool:
    return hasattr(model, "user_factors")


def _lists(
    now: Any,
    scorer: Any,
    popular: Floats,
    params: Mapping[str, Any],
    *,
    left_out: Any | None,
    report: Reported,
) -> tuple[Places, Floats]:
    """Everybody's best items: shares of their best one, plus popularity times its weight."""
    count, length = now.shape[0], min(params["length"], now.shape[1])
    lists = np.full((count, length), -1, dtype=np.int32)
    scores = np.zeros((count, length), dtype=np.float32)
    for begin in range(0, count, _BLOCK):
        rows = now[begin : begin + _BLOCK]
        found = scorer.scores(rows)
        found /= np.maximum(found.max(axis=1, keepdims=True), 1e-9)
        found += params["popular"] * popular
        if left_out is not None:
            found[left_out[begin : begin + _BLOCK].nonzero()] = -np.inf
        part = slice(begin, begin + rows.shape[0])
        lists[part], scores[part] = _top(found, length)
        report(min(1.0, (begin + _BLOCK) / count))
    return lists, scores


def _top(found: Floats, k: int) -> tuple[Places, Floats]:
    """The ``k`` best of every row that are above 0, best first; -1 where there are fewer."""
    k = min(k, found.shape[1])
    best = np.argpartition(-found, k - 1, axis=1)[:, :k]
    scores = np.take_along_axis(found, best, axis=1)
    order = np.lexsort((-best, -scores), axis=1)
    best = np.take_along_axis(best.astype(np.int32), order, axis=1)
    scores = np.take_along_axis(scores, order, axis=1)
    places: Places = np.where(scores > 0, best, -1).astype(np.int32)
    return places, np.where(scores > 0, scores, 0.0).astype(np.float32)
