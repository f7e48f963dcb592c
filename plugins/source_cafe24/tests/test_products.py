from datetime import timedelta

from growthcore.testing.sources import pull_all


def told(importer, number):
    return importer.products_by_id[str(number)]


def test_every_product_is_found_and_none_asked_for_twice(make, importer, sandbox, monkeypatch):
    monkeypatch.setattr("growthcore_source_cafe24.products.PAGE", 5)
    pull_all(make(), "products", importer)
    assert importer.products_by_id.keys() == {str(each) for each in sandbox.mall.products}


def test_a_product_is_told_with_price_pictures_and_category(make, importer, sandbox):
    number = min(sandbox.mall.products)
    sandbox.shop.change_product(
        number,
        product_name="<b>[단독]</b> 니트 &amp; 셔츠",
        price="32000.00",
        retail_price="40000.00",
        display="T",
        selling="T",
        sold_out="T",
        category=[{"category_no": 24}, {"category_no": 42}],
    )
    pull_all(make(), "products", importer)
    row = told(importer, number)
    assert row["name"] == "[단독] 니트 & 셔츠"
    assert (row["price"], row["sale_price"], row["currency"]) == (40_000, 32_000, "KRW")
    assert (row["category"], row["stock"], row["hidden"]) == ("상의/니트", 0, False)
    assert row["url"] == f"https://growthdemo.example.com/product/detail.html?product_no={number}"
    assert row["image_url"].endswith(f"/big/{number}.jpg")


def test_one_that_is_not_displayed_or_not_sold_is_hidden(make, importer, sandbox):
    first, second, third = list(sandbox.mall.products)[:3]
    sandbox.shop.change_product(first, display="F", selling="T")
    sandbox.shop.change_product(second, display="T", selling="F")
    sandbox.shop.change_product(third, display="T", selling="T", retail_price="0.00")
    pull_all(make(), "products", importer)
    hidden = [told(importer, each)["hidden"] for each in (first, second, third)]
    assert hidden == [True, True, False]
    assert told(importer, third)["sale_price"] is None


def test_a_later_pull_asks_only_for_what_changed(make, importer, sandbox, clock):
    source = make()
    cursor = pull_all(source, "products", importer)
    clock.at += timedelta(hours=1)
    sandbox.shop.change_product(min(sandbox.mall.products), price="1000.00", retail_price="0.00")
    pulled = source.pull("products", cursor, importer)
    assert (pulled.count, pulled.total, pulled.done) == (1, 1, True)
    assert told(importer, min(sandbox.mall.products))["price"] == 1_000
