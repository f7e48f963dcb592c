"""Quality of recommendations on a year of real purchases, each algorithm as its plugin ships.

Data: dunnhumby's *The Complete Journey* (see :mod:`benchmarks.complete_journey`), of which the products
that at least 20 households bought before the split. What is learnt ends with November 2017; December
asks. Every default was chosen on the same question put a month earlier, with November as the future.
``GROWTHCORE_BENCH_SPLIT=november`` asks that one. Then samples of households, and made shops of more
customers, are served by whatever the chooser picks, which must not be worse than popularity.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.complete_journey import data
from benchmarks.journal import Column, Journal
from benchmarks.served import made_shop, never_worse
from benchmarks.trials import Split, answers, split
from growthcore.api import Algorithm, Key
from growthcore.recommendations.evaluation import cases, metrics
from growthcore.recommendations.evaluation.running import measured
from growthcore_algo_buy_again.algorithm import BuyAgain
from growthcore_algo_cart_based.algorithm import CartBased
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_user_based.algorithm import UserBased, UserBasedKnown
from growthcore_algo_viewed_together.algorithm import BoughtTogether

_HOUSEHOLDS = 20
_SPLITS = {
    "december": (datetime(2017, 12, 1, tzinfo=UTC), datetime(2018, 1, 10, tzinfo=UTC)),
    "november": (datetime(2017, 11, 1, tzinfo=UTC), datetime(2017, 12, 1, tzinfo=UTC)),
}
_EVERY = 10**9
_SAMPLES = (100, 1_000)
_MADE = (10_000, 100_000)
_CHOOSING = timedelta(days=56)
"""What is on show in a sample is what was bought before anything is asked of it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of which algorithms, and the hit rate to reach by the first of them."""

    title: str
    key: Key
    keeps_bought: bool
    algorithms: Sequence[type[Algorithm]]
    goal: float


QUESTIONS = (
    Question(
        title="new to the customer", key=Key.CUSTOMER, keeps_bought=False,
        algorithms=[UserBased, PopularBackup], goal=0.36,
    ),
    Question(
        title="whatever they buy next", key=Key.CUSTOMER, keeps_bought=True,
        algorithms=[BuyAgain, UserBasedKnown, PopularBackup], goal=0.84,
    ),
    Question(
        title="the rest of a cart", key=Key.CART, keeps_bought=True,
        algorithms=[CartBased, PopularBackup], goal=0.19,
    ),
    Question(
        title="beside a product", key=Key.PRODUCT, keeps_bought=True,
        algorithms=[BoughtTogether, PopularBackup], goal=0.30,
    ),
)  # fmt: skip


def complete_journey(cut: datetime, until: datetime, households: int | None = None) -> Journal:
    """The purchases, of as many households drawn by lot or of all."""
    whole = data.load()
    lines = whole.transactions.sort_values("transaction_timestamp", kind="stable")
    if households is not None:
        everybody = np.sort(lines["household_id"].unique())
        chosen = np.random.default_rng(7).choice(everybody, households, replace=False)
        lines = lines[lines["household_id"].isin(chosen)]
    times = lines["transaction_timestamp"].astype("datetime64[s]").astype("int64").to_numpy()
    who, product, basket = (
        lines[name].astype("int64").to_numpy()
        for name in ("household_id", "product_id", "basket_id")
    )
    kinds = whole.products.set_index("product_id")["product_category"].astype("category")
    return Journal(
        customers=who,
        products_=product,
        kinds=np.zeros(len(product), np.int16),
        times=times,
        events=basket,
        names=("purchase",),
        on_show=_bought_by_many(who, product, times <= cut.timestamp(), households),
        until=until,
        category_of={int(id_): int(code) + 1 for id_, code in kinds.cat.codes.items()},
    )


def _bought_by_many(who: Column, product: Column, before: Any, households: int | None) -> Column:
    """What enough households bought before the split; of a small sample, a twenty-fifth of it."""
    pairs = np.unique(np.stack([product[before], who[before]]), axis=1)
    products, counts = np.unique(pairs[0], return_counts=True)
    least = _HOUSEHOLDS if households is None else min(_HOUSEHOLDS, max(2, households // 25))
    found: Column = products[counts >= least]
    return found


def run() -> bool:
    """Print each question's table; whether every goal was met."""
    cut, until = _SPLITS[os.environ.get("GROWTHCORE_BENCH_SPLIT", "december")]
    whole = split(complete_journey(cut, until), cut)
    print(f"recommendations: learnt until {cut:%Y-%m-%d}, asked after it; ten products each")
    right = True
    for question in QUESTIONS:
        right &= _ask(question, whole)
    print("  served, of any number of customers (goal: never below popularity, beyond chance)")
    for households in _SAMPLES:
        sample = complete_journey(cut - _CHOOSING, until, households)
        right &= never_worse(f"{households:,} households", sample)
    for customers in _MADE:
        right &= never_worse(f"{customers:,} made customers", made_shop(customers))
    return right


def _ask(question: Question, of: Split) -> bool:
    asked = cases.cases(
        question.key, of.past, of.after, keeps_bought=question.keeps_bought, most=_EVERY
    )
    print(f"  {question.title}: {len(asked):,} cases (goal of the first: hit rate {question.goal})")
    results = []
    for algorithm in question.algorithms:
        best, learnt, each = answers(algorithm, of, asked, keeps_bought=question.keeps_bought)
        found = measured(best, asked, of.past)
        results.append(found)
        summary, hit = found.summary(), metrics.estimate(found.hit)
        print(
            f"    {algorithm.id:<18} hit rate {hit.mean:.4f} (±{hit.high - hit.mean:.4f})"
            f"  NDCG {summary['ndcg']:.4f}  recall {summary['recall']:.4f}"
            f"  MAP {summary['map']:.4f}  coverage {summary['coverage']:.3f}"
            f"  learnt in {learnt:.1f} s, {each:.2f} ms an answer"
        )
    ahead = metrics.difference(results[0].hit, results[-1].hit)
    print(f"    ahead of popularity by {ahead.mean:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})")
    return metrics.estimate(results[0].hit).mean >= question.goal
