"""What is right, worked out with pandas from the package's data: nothing of GrowthCore, no file of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from benchmarks.complete_journey.data import NOW, Journey, utc


def members(journey: Journey) -> Mapping[str, set[int]]:
    """The households in each of the segments of :data:`.questions.SEGMENTS`."""
    return {
        "Bought 3 times in 30 days, not in the last 14": _lapsed(journey),
        "Spent over $200 on groceries in 90 days": _spenders(journey),
    }


def _lapsed(journey: Journey) -> set[int]:
    baskets = journey.transactions.drop_duplicates("basket_id")
    at, household = baskets["transaction_timestamp"], baskets["household_id"]
    times = household[at > utc(NOW - timedelta(days=30))].value_counts()
    lately = set(household[at > utc(NOW - timedelta(days=14))])
    return set(times.index[times >= 3]) - lately


def _spenders(journey: Journey) -> set[int]:
    lines = journey.transactions.merge(journey.products, on="product_id")
    counting = (lines["department"] == "GROCERY") & (
        lines["transaction_timestamp"] > utc(NOW - timedelta(days=90))
    )
    spent = lines[counting].groupby("household_id")["sales_value"].sum().round(2)
    return set(spent.index[spent > 200])


def baskets(journey: Journey) -> int:
    """How many purchases there are."""
    return int(journey.transactions["basket_id"].nunique())


def revenue(journey: Journey) -> int:
    """What they come to, in cents."""
    return round(float(journey.transactions["sales_value"].sum()) * 100)
