"""The Complete Journey as files for ``growthcore import``.

A basket is one purchase. Money is what the shop took for a line (``sales_value``: after the loyalty
card's discount, before coupons that a manufacturer pays back), because reports say what a campaign
earned. A product's price is its shelf price when it was last sold, without any discount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from benchmarks.complete_journey.data import Journey

CURRENCY = "USD"
CONSENTED_AT = "2017-01-01T00:00:00-05:00"
"""The data has neither addresses nor consent: both are made up, the same in every run."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written. ``lines`` of the data are ``items`` + ``nothing`` - ``divided``.

    ``nothing``: lines without pieces and without money, left out. ``divided``: lines whose money does
    not divide by their pieces, written as two items a cent apart. ``measured``: fuel in thousandths
    of a gallon, and the few lines of money without pieces; written as one piece.
    """

    customers: int
    products: int
    baskets: int
    lines: int
    items: int
    nothing: int
    divided: int
    measured: int


def address(household: int) -> str:
    """The sandbox address of a household."""
    return f"household-{household}@sandbox.example"


def write(journey: Journey, folder: Path) -> Written:
    """Write ``customers.csv``, ``products.parquet`` and ``events.jsonl`` into ``folder``."""
    cents = (journey.transactions["sales_value"] * 100).round().astype("int64")
    lines = journey.transactions.assign(cents=cents)
    items = _items(lines)
    baskets = _baskets(lines)
    customers = _customers(journey)
    products = _products(journey, lines)
    customers.to_csv(folder / "customers.csv", index=False)
    products.to_parquet(folder / "products.parquet", index=False)
    encode = msgspec.json.Encoder().encode
    with (folder / "events.jsonl").open("wb") as file:
        file.writelines(encode(event) + b"\n" for event in _events(baskets, items))
    return Written(
        customers=len(customers),
        products=len(products),
        baskets=len(baskets),
        lines=len(lines),
        items=len(items),
        nothing=int(_nothing(lines).sum()),
        divided=len(items) + int(_nothing(lines).sum()) - len(lines),
        measured=int(_measured(lines).sum()),
    )


def _nothing(lines: pd.DataFrame) -> pd.Series[bool]:
    return (lines["quantity"] == 0) & (lines["cents"] == 0)


def _measured(lines: pd.DataFrame) -> pd.Series[bool]:
    """Nothing costs less than a cent a piece: such a quantity is a measure, and so is none at all."""
    few = (lines["quantity"] == 0) | (lines["cents"] < lines["quantity"])
    return (lines["cents"] > 0) & few


def _items(lines: pd.DataFrame) -> pd.DataFrame:
    """Basket, product, quantity and price of every item, ordered by basket.

    Quantity times price is the line's money to the cent: two pieces for three cents become one for
    one cent and one for two.
    """
    sold = lines[~_nothing(lines)]
    pieces = sold["quantity"].mask(_measured(sold), 1)
    price, dearer = sold["cents"] // pieces, sold["cents"] % pieces
    item = sold[["basket_id", "product_id"]]
    items = pd.concat(
        [
            item.assign(quantity=pieces - dearer, price=price),
            item.assign(quantity=dearer, price=price + 1)[dearer > 0],
        ]
    )
    # By basket, and within it by line; sort_index alone puts the parts of a line together.
    return items.sort_index(kind="stable").sort_values("basket_id", kind="stable")


def _baskets(lines: pd.DataFrame) -> pd.DataFrame:
    """A row a basket, ordered by its number: one household, one shop, one moment."""
    return lines.groupby("basket_id").agg(
        household=("household_id", "first"),
        store=("store_id", "first"),
        at=("transaction_timestamp", "first"),
        cents=("cents", "sum"),
    )


def _events(baskets: pd.DataFrame, items: pd.DataFrame) -> Iterator[dict[str, Any]]:
    numbers = items["basket_id"].to_numpy()
    starts = [*np.searchsorted(numbers, baskets.index.to_numpy()).tolist(), len(items)]
    columns = (items[name].tolist() for name in ("product_id", "quantity", "price"))
    written = [
        {"product_id": str(product), "quantity": quantity, "price": price}
        for product, quantity, price in zip(*columns, strict=True)
    ]
    times = np.datetime_as_string(baskets["at"].to_numpy("datetime64[s]"), timezone="UTC")
    told = zip(
        baskets.index.tolist(),
        baskets["household"].tolist(),
        baskets["store"].tolist(),
        times.tolist(),
        baskets["cents"].tolist(),
        pairwise(starts),
        strict=True,
    )
    for basket, household, store, at, cents, (first, end) in told:
        yield {
            "id": str(basket),
            "name": "purchase",
            "time": at,
            "customer": str(household),
            "order_id": str(basket),
            "value": cents,
            "currency": CURRENCY,
            "properties": {"store": store},
            "items": written[first:end],
        }


def _customers(journey: Journey) -> pd.DataFrame:
    """Who bought anything; what is known of a third of them become attributes."""
    households = sorted(journey.transactions["household_id"].unique())
    known = journey.demographics.set_index("household_id").add_prefix("attributes.")
    made = pd.DataFrame(
        {
            "external_id": [str(each) for each in households],
            "name": [f"Household {each}" for each in households],
            "email": [address(each) for each in households],
            "locale": "en",
            "consent_email": "true",
            "consent_at": CONSENTED_AT,
            "consent_source": "sandbox",
        },
        index=households,
    )
    return made.join(known)


def _products(journey: Journey, lines: pd.DataFrame) -> pd.DataFrame:
    """The catalogue. A product has no name of its own, only what kind of thing it is."""
    told = journey.products
    kind = told["product_type"].fillna(told["product_category"]).fillna(told["department"])
    size = (" " + told["package_size"]).fillna("")
    ids = told["product_id"].astype(str)
    return pd.DataFrame(
        {
            "external_id": ids,
            "name": kind + size,
            "url": "https://sandbox.example/products/" + ids,
            "price": told["product_id"].map(_shelf_prices(lines)).astype("Int64"),
            "brand": told["brand"],
            "category": _category(told),
            "attributes.manufacturer": told["manufacturer_id"],
        }
    )


def _category(products: pd.DataFrame) -> pd.Series[str]:
    """``DEPARTMENT/CATEGORY``; a slash within a name would cut it in two."""
    name = products["product_category"].str.replace(r"\s*[/>]\s*", " & ", regex=True)
    return products["department"] + ("/" + name).fillna("")


def _shelf_prices(lines: pd.DataFrame) -> pd.Series[int]:
    """By product, in cents: what one cost before discounts, when it was last sold by the piece."""
    sold = lines[(lines["quantity"] > 0) & ~_measured(lines)]
    last = sold.sort_values("transaction_timestamp", kind="stable").drop_duplicates(
        "product_id", keep="last"
    )
    dollars = last["sales_value"] + last["retail_disc"] + last["coupon_match_disc"]
    cents = (dollars * 100 / last["quantity"]).round().astype("int64")
    return cents.set_axis(last["product_id"])
