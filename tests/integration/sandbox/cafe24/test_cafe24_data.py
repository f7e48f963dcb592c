"""What an app reads of the mall."""

import pytest

from growthcore.sandbox.cafe24 import Cafe24Settings
from growthcore.sandbox.cafe24.mall import seeded
from growthcore.testing.values import START

SPAN = {"start_date": "2026-01-01", "end_date": "2026-03-31"}


def walk(mall, path, name, **query):
    """Every record of a list that is paged by offset."""
    found, size = [], 100
    while True:
        page = mall.get(path, limit=size, offset=len(found), **query).json[name]
        found += page
        if len(page) < size:
            return found


def test_the_same_seed_makes_the_same_mall():
    one, two = (seeded(Cafe24Settings(), START) for _ in "12")
    assert (len(one.members), len(one.products), len(one.orders)) == (300, 80, 600)
    assert one.members == two.members
    assert one.orders == two.orders
    assert seeded(Cafe24Settings(seed=2), START).orders != one.orders


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("customers", {}, "member_id"),
        ("carts", {}, "member_id"),
        ("customersprivacy", {"offset": 8001}, "offset"),
        ("customersprivacy", {"limit": 1001}, "limit"),
        ("customersprivacy", {"limit": "many"}, "limit"),
        ("customersprivacy", {"search_type": "created_date"}, "created_start_date"),
        ("customersprivacy", {"start_date": "2026-01-01"}, "end_date"),
        ("orders", {}, "start_date"),
        ("orders", {**SPAN, "end_date": "2026-04-02"}, "end_date"),
        ("orders", {**SPAN, "end_date": "2025-12-31"}, "end_date"),
        ("orders", {**SPAN, "start_date": "January"}, "start_date"),
        ("orders", {**SPAN, "offset": 15_001}, "offset"),
        ("orders", {**SPAN, "embed": "everything"}, "embed"),
        ("orders", {**SPAN, "date_type": "birthday"}, "date_type"),
        ("products", {"offset": 5001}, "offset"),
        ("products", {"limit": 101}, "limit"),
        ("products", {"since_product_no": 0, "offset": 1}, "offset"),
        ("carts", {"member_id": "a", "offset": 10_001}, "offset"),
        ("sms/senders", {"limit": 101}, "limit"),
        ("store", {"shop_no": 2}, "shop_no"),
    ],
)
def test_a_parameter_that_is_missing_or_can_not_be_is_named(full, path, query, parameter):
    answer = full.get(path, **query)
    assert answer.status_code == 422
    assert f"(parameter.{parameter})" in answer.json["error"]["message"]


def test_customers_are_asked_for_by_id_or_number_and_tell_no_personal_data(full):
    one, other = [each for each in full.app.mall.members.values() if each["cellphone"]][:2]
    found = full.get("customers", member_id=f"{one['member_id']},nobody").json["customers"]
    assert [each["member_id"] for each in found] == [one["member_id"]]
    assert found[0]["sms"] in {"T", "F"}
    assert not {"name", "email", "cellphone"} & found[0].keys()
    phone = full.names("customers", "customers", "member_id", cellphone=other["cellphone"])
    assert phone == [other["member_id"]]


def test_customersprivacy_is_paged_counted_and_filtered(full):
    everybody = walk(full, "customersprivacy", "customersprivacy")
    assert {each["member_id"] for each in everybody} == full.app.mall.members.keys()
    wanted = {each["member_id"] for each in everybody if each["sms"] == "T"}
    assert full.get("customersprivacy/count", sms="T").json == {"count": len(wanted)}
    assert {
        e["member_id"] for e in walk(full, "customersprivacy", "customersprivacy", sms="T")
    } == (wanted)
    one = everybody[0]
    assert full.get(f"customersprivacy/{one['member_id']}").json["customersprivacy"] == one


def test_customersprivacy_is_walked_by_join_date_through_members_of_one_second(full):
    query = {"search_type": "created_date", "limit": 20}
    seen, begin = {}, "2020-01-01"
    while True:
        page = full.get("customersprivacy", created_start_date=begin, **query)
        found = page.json["customersprivacy"]
        fresh = {each["member_id"] for each in found} - seen.keys()
        seen |= {each["member_id"]: each["created_date"] for each in found}
        if not fresh:
            break
        begin = found[-1]["created_date"]
    assert seen.keys() == full.app.mall.members.keys()
    assert [*seen.values()] == sorted(seen.values())
    assert next(iter(seen.values())) == [*seen.values()][11]
    answer = full.get("customersprivacy", created_start_date="2020-01-01", offset=1, **query)
    assert answer.status_code == 422


@pytest.mark.parametrize("inclusive", [True, False])
def test_whether_a_walk_begins_with_its_own_second_is_a_setting(make_mall, inclusive):
    mall = make_mall(created_start_inclusive=inclusive)
    begin = next(iter(mall.app.mall.members.values()))["created_date"]
    query = {"search_type": "created_date", "created_start_date": begin}
    found = mall.names("customersprivacy", "customersprivacy", "member_id", **query)
    assert len(found) == (20 if inclusive else 8)


def test_whether_personal_data_is_masked_is_a_setting(make_mall):
    mall = make_mall(mask_privacy=True)
    who = next(iter(mall.app.mall.members.values()))
    told = mall.get(f"customersprivacy/{who['member_id']}").json["customersprivacy"]
    assert told["name"] == who["name"][0] + "*" * (len(who["name"]) - 1)
    assert told["sms"] == who["sms"]


def test_orders_are_paged_by_links_within_three_months(full):
    found, path = [], "/api/v2/admin/orders?start_date=2026-01-01&end_date=2026-04-01&limit=60"
    while path:
        answer = full.http.get(path, headers={"Authorization": f"Bearer {full.token}"}).json
        found += [each["order_id"] for each in answer["orders"]]
        path = next((x["href"] for x in answer["links"] if x["rel"] == "next"), None)
    assert len(found) == len({*found}) == full.get("orders/count", **SPAN).json["count"]
    assert found == sorted(found, reverse=True)


def test_the_parts_of_an_order_come_when_asked_for_and_at_their_own_address(full):
    plain = full.get("orders", **SPAN).json["orders"][0]
    assert not {"items", "buyer", "receivers"} & plain.keys()
    whole = full.get("orders", **SPAN, embed="items,buyer").json["orders"][0]
    path = f"orders/{whole['order_id']}"
    assert full.get(f"{path}/items").json["items"] == whole["items"]
    assert full.get(f"{path}/buyer").json["buyer"] == whole["buyer"]
    assert full.get(path, embed="items").json["order"]["items"] == whole["items"]
    amount = sum(i["quantity"] * float(i["product_price"]) for i in whole["items"])
    assert whole["initial_order_amount"]["order_price_amount"] == f"{amount:.2f}"


def test_orders_of_guests_name_nobody_and_first_orders_are_marked(full):
    orders = full.app.mall.orders.values()
    assert 0.05 < sum(not each["member_id"] for each in orders) / len(orders) < 0.6
    firsts = [each["member_id"] for each in orders if each["first_order"] == "T"]
    assert firsts
    assert len(firsts) == len({*firsts})


def test_orders_are_found_by_when_they_were_cancelled(full):
    found = full.get("orders", **SPAN, date_type="cancel_date", limit=1000, embed="items").json
    assert found["orders"]
    for order in found["orders"]:
        assert order["canceled"] == "T"
        assert {item["order_status"] for item in order["items"]} == {"C40"}
        assert order["actual_order_amount"]["payment_amount"] == "0.00"


def test_products_are_walked_by_number(full):
    found, last = [], 0
    while page := full.get("products", since_product_no=last, limit=30).json["products"]:
        found += [each["product_no"] for each in page]
        last = found[-1]
    assert found == sorted(full.app.mall.products)


def test_a_product_tells_its_codes_and_what_is_embedded(full):
    product = full.get("products", embed="variants,options,tags", limit=1).json["products"][0]
    assert len(product["product_code"]) == 8
    assert {len(variant["variant_code"]) for variant in product["variants"]} == {12}
    assert product["price"].endswith(".00")
    gone = all(
        v["use_inventory"] == "T" and v["quantity"] == 0
        for v in full.get(f"products/{product['product_no']}/variants").json["variants"]
    )
    assert product["sold_out"] == ("T" if gone else "F")
    assert "variants" not in full.get("products", limit=1).json["products"][0]
    assert any("<b>" in each["product_name"] for each in full.app.mall.products.values())


def test_fields_leaves_out_the_rest(full):
    answer = full.get("products", fields="product_no,price", limit=2).json["products"]
    assert [each.keys() for each in answer] == [{"product_no", "price"}] * 2


def test_products_are_filtered(full):
    found = full.get("products", price_min=50_000, limit=100, category=42).json["products"]
    assert found
    assert all(float(each["price"]) >= 50_000 for each in found)
    numbers = [each["product_no"] for each in found[:2]]
    asked = ",".join(map(str, numbers))
    assert sorted(full.names("products", "products", "product_no", product_no=asked)) == sorted(
        numbers
    )


def test_variants_are_changed_in_bulk_with_207_when_some_can_not_be(mall):
    number, product = next(iter(mall.app.mall.products.items()))
    codes = [each["variant_code"] for each in product["variants"]]
    path = f"products/{number}/variants"
    wanted = [{"variant_code": code, "quantity": 0, "use_inventory": "T"} for code in codes]
    good = mall.call("PUT", path, json={"requests": wanted})
    assert good.status_code == 200
    assert mall.get(f"products/{number}").json["product"]["sold_out"] == "T"
    bad = [
        {"variant_code": codes[0], "quantity": 5},
        {"variant_code": "X"},
        {"variant_code": codes[0], "quantity": -1},
    ]
    mixed = mall.call("PUT", path, json={"requests": bad})
    assert mixed.status_code == 207
    results = mixed.json["variants"]
    assert [each.get("error", {}).get("code") for each in results] == [None, 404, 422]
    assert mall.call("PUT", path, json={"requests": []}).status_code == 422


def test_carts_and_wish_lists_are_read_by_member_and_by_product(full):
    line, wish = full.app.mall.carts[0], full.app.mall.wishes[0]
    assert line in full.get("carts", member_id=f"nobody,{line['member_id']}").json["carts"]
    path = f"products/{line['product_no']}/carts"
    members = full.names(path, "carts", "member_id", limit=100)
    assert line["member_id"] in members
    assert full.get(f"{path}/count").json["count"] == len(members)
    told = full.get(f"customers/{wish['member_id']}/wishlist").json["wishlist"]
    assert wish["wishlist_no"] in [each["wishlist_no"] for each in told]
    assert full.get(f"customers/{wish['member_id']}/wishlist/count").json["count"] == len(told)
    wishers = full.names(
        f"products/{wish['product_no']}/wishlist/customers", "customers", "member_id"
    )
    assert wish["member_id"] in wishers


def test_categories_groups_store_and_shops_are_told(full):
    tree = {each["category_no"]: each for each in full.get("categories").json["categories"]}
    assert tree[42]["full_category_name"] == {"1": "상의", "2": "니트", "3": None, "4": None}
    assert full.names("customergroups", "customergroups", "group_no") == [1, 2, 3, 4]
    assert full.get("store").json["store"]["shop_name"] == "그로스데모"
    assert full.names("shops", "shops", "currency_code") == ["KRW"]


def test_a_coupon_is_made_and_given_once_to_each_member(mall):
    made = mall.post(
        "coupons",
        coupon_name="봄",
        benefit_type="B",
        discount_rate="10",
        issue_type="M",
        available_period_type="R",
        available_day_from_issued=7,
    )
    assert made.status_code == 201
    number = made.json["coupon"]["coupon_no"]
    one, two = [*mall.app.mall.members][:2]
    path = f"coupons/{number}/issues"
    first = mall.post(path, issued_member_scope="M", member_id=one)
    assert first.json == {"issues": {"shop_no": 1, "count": {number: 1}}}
    again = mall.post(path, issued_member_scope="M", member_id=f"{one},{two}")
    assert again.json["issues"]["count"] == {number: 1}
    assert mall.names(path, "issues", "member_id") == [one, two]
    assert mall.names(path, "issues", "member_id", since_issue_no=1) == [two]
    for bad in ({"issued_member_scope": "M"}, {"issued_member_scope": "G"}, {}):
        assert mall.post(path, **bad).status_code == 422


def test_script_tags_are_made_changed_and_deleted(mall):
    src = "https://app.example/v1/track.js"
    made = mall.post("scripttags", src=src, display_location=["all"])
    assert made.status_code == 201
    tag = made.json["scripttag"]
    assert isinstance(tag["script_no"], str)
    path = f"scripttags/{tag['script_no']}"
    assert mall.get(path).json["scripttag"] == tag
    assert mall.put(path, display_location=["all"]).status_code == 409
    changed = mall.put(path, display_location=["PRODUCT_DETAIL"], integrity=f"sha384-{'A' * 64}")
    assert changed.json["scripttag"]["display_location"] == ["PRODUCT_DETAIL"]
    assert mall.get("scripttags/count").json == {"count": 1}
    assert mall.call("DELETE", path).json == {"scripttag": {"script_no": tag["script_no"]}}
    assert mall.get("scripttags").json == {"scripttags": []}


@pytest.mark.parametrize(
    "request_",
    [
        {"src": "https://app.example/a.js"},
        {"display_location": ["all"]},
        {"src": "/a.js", "display_location": ["all"]},
        {"src": "https://app.example/a.js", "display_location": "all"},
        {"src": "https://app.example/a.js", "display_location": ["all"], "integrity": "md5-x"},
        {"src": "https://app.example/a.js", "display_location": ["all"], "skin_no": ["1"]},
    ],
)
def test_a_script_tag_that_can_not_be_is_refused(mall, request_):
    assert mall.post("scripttags", **request_).status_code == 422


@pytest.mark.parametrize(("vanish", "left"), [(True, 0), (False, 1)])
def test_whether_script_tags_go_with_the_app_is_a_setting(make_mall, vanish, left):
    mall = make_mall(tags_vanish=vanish)
    mall.post("scripttags", src="https://app.example/a.js", display_location=["all"])
    mall.app.shop.remove_app()
    assert len(mall.app.mall.script_tags) == left
