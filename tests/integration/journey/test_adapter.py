"""What becomes of the lines of a basket on their way into a file."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from benchmarks.complete_journey import adapter
from benchmarks.complete_journey.data import Journey


@pytest.fixture
def write(tmp_path):
    """Write lines of (basket, product, quantity, dollars); what was written, and the events."""

    def written(*lines, discount=0.0):
        names = ["basket_id", "product_id", "quantity", "sales_value"]
        transactions = pd.DataFrame(lines, columns=names).assign(
            household_id=7,
            store_id=330,
            retail_disc=discount,
            coupon_disc=0.0,
            coupon_match_disc=0.0,
            transaction_timestamp=pd.Timestamp("2017-01-01 11:53:26"),
        )
        journey = Journey(
            transactions=transactions,
            products=pd.DataFrame(
                {
                    "product_id": [1],
                    "manufacturer_id": [69],
                    "department": ["GROCERY"],
                    "brand": ["Private"],
                    "product_category": ["COOKIES/CONES"],
                    "product_type": ["CONES"],
                    "package_size": [None],
                }
            ),
            demographics=pd.DataFrame({"household_id": [7], "age": ["65+"]}),
        )
        told = adapter.write(journey, tmp_path)
        rows = (tmp_path / "events.jsonl").read_text().splitlines()
        return told, [json.loads(row) for row in rows]

    return written


def items(event):
    return [(each["product_id"], each["quantity"], each["price"]) for each in event["items"]]


def test_a_basket_is_one_purchase_with_its_lines_in_order(write):
    _, (event,) = write((31, 2, 1, 0.5), (31, 1, 2, 3.0))
    assert items(event) == [("2", 1, 50), ("1", 2, 150)]
    assert event["id"] == event["order_id"] == "31"
    assert (event["name"], event["customer"], event["value"]) == ("purchase", "7", 350)
    assert (event["time"], event["currency"]) == ("2017-01-01T11:53:26Z", "USD")


def test_baskets_keep_their_lines_apart(write):
    _, events = write((32, 1, 1, 1.0), (31, 2, 1, 0.5), (32, 3, 1, 2.0))
    assert {event["id"]: [line[0] for line in items(event)] for event in events} == {
        "31": ["2"],
        "32": ["1", "3"],
    }


def test_three_for_a_dollar_is_kept_to_the_cent(write):
    told, (event,) = write((31, 1, 3, 1.0))
    assert items(event) == [("1", 2, 33), ("1", 1, 34)]
    assert told.divided == 1


def test_what_costs_less_than_a_cent_a_piece_is_a_measure(write):
    told, (event,) = write((31, 6534178, 8_725, 20.06))
    assert items(event) == [("6534178", 1, 2006)]
    assert told.measured == 1


def test_money_without_pieces_is_kept_as_one(write):
    told, (event,) = write((31, 1, 0, 0.79))
    assert items(event) == [("1", 1, 79)]
    assert told.measured == 1


def test_what_was_free_is_kept(write):
    _, (event,) = write((31, 1, 2, 0.0))
    assert items(event) == [("1", 2, 0)]


def test_a_line_of_nothing_is_left_out_and_counted_and_its_basket_stays(write):
    told, (event,) = write((31, 1, 0, 0.0))
    assert (event["items"], event["value"]) == ([], 0)
    assert (told.lines, told.items, told.nothing, told.baskets) == (1, 0, 1, 1)


def test_a_product_costs_what_it_last_did_before_discounts(write, tmp_path):
    write((31, 1, 2, 3.0), discount=0.5)
    product = pd.read_parquet(tmp_path / "products.parquet").iloc[0]
    assert (product["price"], product["name"]) == (175, "CONES")


def test_a_slash_within_a_name_does_not_cut_a_category(write, tmp_path):
    write((31, 1, 1, 1.0))
    product = pd.read_parquet(tmp_path / "products.parquet").iloc[0]
    assert product["category"] == "GROCERY/COOKIES & CONES"
