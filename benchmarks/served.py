"""What shops of any size would be served, beside popularity: the chooser's pick, or what the gate lets in.

Everything is chosen on the past alone: the 28 days before the split are the future of the choosing, as
in a shop. What the pick leaves empty, popularity fills, as a backup does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from benchmarks import shop
from benchmarks.journal import Journal
from benchmarks.trials import Split, answers, split
from growthcore.api import Algorithm, Key
from growthcore.recommendations.evaluation import cases, choosing, judging, metrics
from growthcore.recommendations.evaluation.cases import Case
from growthcore.recommendations.evaluation.judging import LEAST, MOST
from growthcore.recommendations.evaluation.metrics import K, Measured
from growthcore.recommendations.evaluation.running import measured
from growthcore_algo_buy_again.algorithm import BuyAgain
from growthcore_algo_cart_based.algorithm import CartBased
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_user_based.algorithm import UserBased, UserBasedKnown

_FUTURE = timedelta(days=28)
_ON_SALE = 2_000
_EVENTS_EACH = 20


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where algorithms compete, simplest first; a single one has to pass the gate only."""

    title: str
    key: Key
    keeps_bought: bool
    algorithms: Sequence[type[Algorithm]]


PLACES = (
    Place(
        title="for you", key=Key.CUSTOMER, keeps_bought=True,
        algorithms=[PopularBackup, BuyAgain, UserBasedKnown],
    ),
    Place(
        title="new for you", key=Key.CUSTOMER, keeps_bought=False,
        algorithms=[PopularBackup, UserBased],
    ),
    Place(
        title="in the cart", key=Key.CART, keeps_bought=True,
        algorithms=[PopularBackup, CartBased],
    ),
)  # fmt: skip


def made_shop(customers: int) -> Journal:
    """A made shop whose customers have tastes; each line is an event of its own."""
    made = shop.stream(customers, customers * _EVENTS_EACH, tastes=True)
    return Journal(
        customers=made.customer,
        products_=made.product,
        kinds=made.name.astype(np.int16),
        times=made.at // 1_000_000,
        events=np.arange(1, len(made) + 1),
        names=shop.NAMES,
        on_show=np.arange(1, _ON_SALE + 1),
        until=shop.END,
    )


def never_worse(name: str, journal: Journal) -> bool:
    """Print what each place would be served; whether nothing is worse than popularity, beyond chance."""
    cut = journal.until - _FUTURE
    now, before = split(journal, cut), split(journal.before(cut), cut - _FUTURE)
    results = [_compare(name, place, before, now) for place in PLACES]
    return all(results)


def _compare(name: str, place: Place, before: Split, now: Split) -> bool:
    asked = _cases(place, now)
    if not asked:
        return True
    chosen = _chosen(place, before)
    popular = _popular(place, now, asked)
    found = popular
    if chosen is not None:
        best, _, _ = answers(chosen, now, asked, keeps_bought=place.keeps_bought)
        found = [_filled(*each) for each in zip(best, popular, strict=True)]
    mine, theirs = measured(found, asked, now.past), measured(popular, asked, now.past)
    ahead = metrics.difference(mine.hit, theirs.hit)
    print(
        f"    {name:<22} {place.title:<12} {len(asked):>5,} cases"
        f"  served by {chosen.id if chosen else 'popularity':<17}"
        f" hit rate {metrics.estimate(mine.hit).mean:.4f}"
        f", popularity {metrics.estimate(theirs.hit).mean:.4f}"
        f", ahead by {ahead.mean:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})"
    )
    return ahead.high >= 0


def _chosen(place: Place, of: Split) -> type[Algorithm] | None:
    """What the chooser picks, if it is not worse than popularity; with too little to go by, nothing."""
    asked = _cases(place, of)
    if len(asked) < LEAST:
        return None
    found: dict[str, Measured | None] = {}
    for each in place.algorithms:
        best, _, _ = answers(each, of, asked, keeps_bought=place.keeps_bought)
        found[each.id] = measured(best, asked, of.past)
    popular = measured(_popular(place, of, asked), asked, of.past)
    choice = choosing.decided(found, popular, of.past.until)
    judged: dict[str, Any] = {each.algorithm: each.judgement for each in choice.candidates}
    return next(
        (
            each
            for each in place.algorithms
            if each.id == choice.algorithm and not judged[each.id].worse
        ),
        None,
    )


def _cases(place: Place, of: Split) -> list[Case]:
    return cases.cases(place.key, of.past, of.after, keeps_bought=place.keeps_bought, most=MOST)


def _popular(place: Place, of: Split, asked: Sequence[Case]) -> list[list[int]]:
    return judging.popular_answers(of.past, asked, of.memory, keeps_bought=place.keeps_bought)


def _filled(best: Sequence[int], popular: Sequence[int]) -> list[int]:
    return list(dict.fromkeys([*best, *popular]))[:K]
