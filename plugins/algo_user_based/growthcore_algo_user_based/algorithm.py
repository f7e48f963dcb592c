"""What a customer most likely wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from growthcore.api import (
    Algorithm,
    Arrays,
    Interactions,
    Key,
    Placement,
    Ranked,
    RecommendRequest,
    Scored,
    Text,
    matrices,
    neighbours,
)
from growthcore_algo_user_based.schema import Params

_EVENTS = {"view_item": "view", "add_to_cart": "cart", "purchase": "purchase"}
_BOUGHT = "purchase"
_RECENT = 50
"""So many products of somebody without a list are scored from."""
_NO_PLACES, _NO_SCORES = np.zeros(0, np.int32), np.zeros(0, np.float32)


class UserBased(Algorithm):
    """A list for every active customer, made when it is trained; others are scored when they ask."""

    id = "user_based"
    title = Text("사용자 기반 (새 상품)", "For you: new to them")
    help = Text(
        "고객이 보고 산 것으로 아직 사지 않은 상품 가운데 가장 좋아할 것을 추천합니다.",
        "Recommends what a customer most likely wants among what they have not bought yet.",
    )
    key = Key.CUSTOMER
    Params = Params
    placements = frozenset({Placement.MAIN, Placement.ORDER, Placement.MESSAGE})
    reasons: ClassVar[Mapping[str, Text]] = {
        "for_you": Text("보고 산 상품에 비추어", "From what they viewed and bought")
    }
    with_known: ClassVar[bool] = False

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Learn what goes with what over people, then make everybody's list."""
        from growthcore_algo_user_based import learning

        since = interactions.until - timedelta(days=params["days"])
        weights = {event: params[name] for event, name in _EVENTS.items() if params[name] > 0}
        people = matrices.people(interactions, weights, since=since)
        if not people:
            return {}
        lately = interactions.until - timedelta(days=params["popular_days"])
        past = learning.Past(
            people=people,
            decayed=matrices.people(
                interactions, weights, since=since, half_life_days=params["half_life_days"]
            ),
            recent=matrices.people(interactions, weights, since=lately),
            bought=matrices.people(
                interactions, {event: float(event == _BOUGHT) for event in weights}, since=since
            ),
        )
        return learning.learn(past, params, with_known=self.with_known, report=interactions.report)

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Scores are shares of the best; popularity of the last weeks is part of them."""
        return self.recommend_many([request]).scored()

    def recommend_many(self, requests: Sequence[RecommendRequest]) -> Ranked:
        """The lists of those who have one, all at once, and the others one after the other."""
        artifact = requests[0].artifact
        if not artifact:
            return Ranked.of([])
        limits = np.array([each.limit for each in requests])
        listed, rows = _lists(artifact, requests)
        params = requests[0].params
        weights = {event: params[name] for event, name in _EVENTS.items() if params[name] > 0}
        alone = {
            n: self._from_history(requests[n], weights) for n in (~listed).nonzero()[0].tolist()
        }
        longest = max((len(mine) for mine, _ in alone.values()), default=0)
        listed_length = artifact["lists"].shape[1] if listed.any() else 0
        width = min(int(limits.max()), max(longest, listed_length))
        if not width:
            return Ranked.of([])
        found = np.full((len(requests), width), -1, np.int64)
        scores = np.zeros(found.shape)
        part = slice(0, min(width, listed_length))
        found[listed, part] = artifact["lists"][rows, part]
        scores[listed, part] = artifact["list_scores"][rows, part]
        for n, (mine, told) in alone.items():
            found[n, : len(mine)], scores[n, : len(mine)] = mine[:width], told[:width]
        is_any = (found >= 0) & (np.arange(width) < limits[:, None])
        return Ranked(
            rows=is_any.nonzero()[0],
            products=artifact["products"][found[is_any]],
            scores=scores[is_any],
            codes=np.zeros(int(is_any.sum()), np.int64),
            reasons=("for_you",),
        )

    def _from_history(
        self, request: RecommendRequest, weights_of: Mapping[str, float]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Places and scores for somebody who has no list: from the neighbours of what they know."""
        artifact, params = request.artifact, request.params
        known = dict(
            request.history.decayed_products(
                weights_of,
                params["half_life_days"],
                _RECENT,
                customer_id=request.customer_id,
                visitor_id=request.visitor_id,
            )
        )
        if not known:
            return _NO_PLACES, _NO_SCORES
        keys = neighbours.places(artifact, list(known))
        weights = [known[product] for product in artifact["products"][keys].tolist()]
        found, sums = neighbours.merged(artifact, keys, 0.5 + 0.5 * np.minimum(weights, 1.0))
        if not len(found):
            return found, sums
        scores = sums / max(sums.max(), 1e-9) + params["popular"] * artifact["popular"][found]
        if not self.with_known:
            bought = request.history.recent_products(
                [_BOUGHT],
                _RECENT,
                customer_id=request.customer_id,
                visitor_id=request.visitor_id,
            )
            scores[np.isin(artifact["products"][found], bought)] = -1.0
        order = np.lexsort((-found, -scores))
        order = order[scores[order] > 0]
        return found[order], scores[order]


def _lists(
    artifact: Arrays, requests: Sequence[RecommendRequest]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Who has a list, and where the lists of those stand."""
    who = np.array([each.customer_id or -(each.visitor_id or 0) for each in requests], np.int64)
    people = artifact["people"]
    places = np.minimum(people.searchsorted(who), len(people) - 1)
    listed = np.asarray((people[places] == who) & (who != 0), np.bool_)
    return listed, places[listed]


class UserBasedKnown(UserBased):
    """The same, with what the customer already knows."""

    id = "user_based_known"
    title = Text("사용자 기반 (아는 상품 포함)", "For you: with what they know")
    help = Text(
        "이미 산 상품도 함께 추천합니다. 되풀이해 사는 상품이 많은 쇼핑몰에 알맞습니다.",
        "Recommends what was bought before too: for shops where people buy things again.",
    )
    keeps_bought = True
    with_known = True
