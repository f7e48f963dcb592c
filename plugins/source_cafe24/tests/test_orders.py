from collections import Counter
from datetime import timedelta

import pytest

from growthcore.api import ConfigError
from growthcore.testing.sources import pull_all
from growthcore_source_cafe24 import orders


def named(importer, name):
    return {key: row for key, row in importer.events_by_id.items() if row["name"] == name}


def worth(order):
    return int(order["initial_order_amount"]["order_price_amount"].partition(".")[0])


def test_every_order_is_a_purchase_worth_its_goods(make, importer, sandbox):
    pull_all(make(), "orders", importer)
    purchases = named(importer, "purchase")
    mall = sandbox.mall.orders
    assert purchases.keys() == {f"order:{number}" for number in mall}
    assert Counter(each["value"] for each in purchases.values()) == Counter(
        worth(order) for order in mall.values()
    )
    for number, order in mall.items():
        row = purchases[f"order:{number}"]
        assert row.get("customer", "") == order["member_id"]
        assert row["time"].isoformat() == order["order_date"]
        assert [line["product_id"] for line in row["items"]] == [
            str(item["product_no"]) for item in order["items"]
        ]


def test_an_order_that_ended_is_given_back_in_full_item_by_item(make, importer, sandbox):
    pull_all(make(), "orders", importer)
    ended = [
        order
        for order in sandbox.mall.orders.values()
        if order["items"][0]["order_status"] in ("C40", "R40")
    ]
    refunds = named(importer, "refund").values()
    assert ended
    assert {each["order_id"] for each in refunds} == {order["order_id"] for order in ended}
    for order in ended:
        given = [each["value"] for each in refunds if each["order_id"] == order["order_id"]]
        assert sum(given) == worth(order)


def test_discounts_are_shared_by_the_items_to_the_last_won():
    lines = [{"product_no": n, "quantity": n, "product_price": "3333.00"} for n in (1, 2, 3)]
    items = [
        {**line, "order_item_code": f"o-{n}", "order_status": "C40"} for n, line in enumerate(lines)
    ]
    order = {
        "order_id": "o",
        "order_date": "2026-03-01T10:00:00+09:00",
        "items": items,
        "initial_order_amount": {
            "order_price_amount": "19998.00",
            "coupon_discount_price": "1000.00",
            "membership_discount_amount": "7.00",
        },
    }
    purchase, *refunds = orders.rows_of(order)
    assert purchase["value"] == 18_991
    assert sum(each["value"] for each in refunds) == 18_991


def test_a_guests_order_is_nobodys(make, importer, sandbox):
    order = sandbox.shop.place_order([min(sandbox.mall.products)])
    orders.take(importer, [order])
    assert "customer" not in importer.events_by_id[f"order:{order['order_id']}"]
    assert not importer.customers_by_id


def test_an_order_of_the_last_minutes_is_left_to_its_webhook_and_found_by_the_next_pull(
    make, importer, sandbox, clock
):
    source = make()
    order = sandbox.shop.place_order([min(sandbox.mall.products)])
    cursor = pull_all(source, "orders", importer)
    assert f"order:{order['order_id']}" not in importer.events_by_id
    clock.at += timedelta(hours=1)
    pull_all(source, "orders", importer, cursor)
    assert f"order:{order['order_id']}" in importer.events_by_id


def test_a_later_pull_finds_what_was_cancelled_since(make, importer, sandbox, clock):
    source = make()
    cursor = pull_all(source, "orders", importer)
    number = next(
        number
        for number, order in reversed(sandbox.mall.orders.items())
        if order["items"][0]["order_status"].startswith("N")
    )
    clock.at += timedelta(days=2)
    sandbox.shop.cancel(number)
    pull_all(source, "orders", importer, cursor)
    given = [r for r in named(importer, "refund").values() if r["order_id"] == number]
    assert sum(each["value"] for each in given) == worth(sandbox.mall.orders[number])


def test_a_window_with_more_than_can_be_paged_through_is_halved(
    make, importer, sandbox, connection, monkeypatch
):
    monkeypatch.setattr(orders, "FURTHEST", 10)
    source = make(page=5)
    pull_all(source, "orders", importer)
    assert len(named(importer, "purchase")) == len(sandbox.mall.orders)
    assert max(int(query.get("offset", 0)) for _, query in connection.asked) <= 10


def test_a_day_with_more_than_can_be_listed_says_what_to_do(make, importer, sandbox, monkeypatch):
    monkeypatch.setattr(orders, "FURTHEST", 0)
    for _time in range(3):
        sandbox.shop.place_order([min(sandbox.mall.products)])
    with pytest.raises(ConfigError, match="import those of that day from a file"):
        pull_all(make(page=1, months=1), "orders", importer)
