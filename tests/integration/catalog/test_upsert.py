from datetime import timedelta

from sqlalchemy import select

from growthcore.catalog import service
from growthcore.catalog.models import Category, Product
from growthcore.catalog.ports import CatalogPort
from growthcore.catalog.service import Change, ProductInput
from growthcore.testing.values import START


def upsert(database, *items, now=START):
    with database.unit() as session:
        return service.upsert_products(session, items, now=now)


def find(database, *external_ids):
    with database.read() as session:
        return service.find(session, external_ids)


def test_a_new_product_is_kept_with_everything_told(database):
    [made] = upsert(
        database,
        ProductInput(
            external_id="p1",
            name="울 니트",
            url="https://shop.kr/p1",
            image_url="https://shop.kr/p1.jpg",
            price=39000,
            sale_price=29000,
            stock=0,
            brand="온",
            category="여성 > 상의 > 니트",
            attributes={"color": "빨강"},
        ),
    )
    assert made.change is Change.CREATED
    product = CatalogPort(database).get([made.id, 99])[made.id]
    assert product.category == "여성/상의/니트"
    assert (product.price, product.sale_price, product.currency) == (39000, 29000, "KRW")
    assert not product.available
    with database.read() as session:
        assert set(session.scalars(select(Category.path))) == {
            "여성",
            "여성/상의",
            "여성/상의/니트",
        }
        assert session.scalars(select(Product.attributes)).all() == [{"color": "빨강"}]


def test_what_is_left_out_stays_and_none_removes(database):
    upsert(database, ProductInput(external_id="p", name="a", price=1, brand="b", category="c/d"))
    outcomes = upsert(database, ProductInput(external_id="p", brand=None), now=START + timedelta(1))
    product = find(database, "p")["p"]
    assert [each.change for each in outcomes] == [Change.UPDATED]
    assert (product.price, product.brand, product.category) == (1, None, "c/d")


def test_telling_the_same_again_changes_nothing(database):
    item = ProductInput(external_id="p", name="a", category="c", attributes={"a": [1]})
    upsert(database, item)
    [outcome] = upsert(database, item, now=START + timedelta(1))
    assert outcome.change is Change.UNCHANGED
    with database.read() as session:
        assert session.scalars(select(Product.updated_at)).all() == [START]


def test_a_batch_answers_item_by_item_in_order(database):
    outcomes = upsert(
        database,
        ProductInput(external_id="p1"),
        ProductInput(external_id="p1", name="a", price=-1),
        ProductInput(external_id="p1", name="a"),
        ProductInput(external_id="p1", price=5),
        ProductInput(external_id="p2", name="b"),
    )
    assert [each.change for each in outcomes] == [
        Change.REJECTED,
        Change.REJECTED,
        Change.CREATED,
        Change.UPDATED,
        Change.CREATED,
    ]
    assert list(outcomes[0].errors) == ["name"]
    assert list(outcomes[1].errors) == ["price"]
    assert outcomes[2].id == outcomes[3].id
    assert find(database, "p1")["p1"].price == 5


def test_a_large_batch_is_written_with_few_statements(database):
    items = [
        ProductInput(external_id=f"p{n}", name=f"상품 {n}", category=f"a/{n % 50}")
        for n in range(5000)
    ]
    assert {each.change for each in upsert(database, *items)} == {Change.CREATED}
    assert {each.change for each in upsert(database, *items)} == {Change.UNCHANGED}


def test_hiding_takes_products_off_sale_once(database):
    upsert(database, *(ProductInput(external_id=each, name=each) for each in "abc"))
    with database.unit() as session:
        assert service.hide(session, ["a", "b", "zzz"], now=START) == 2
        assert service.hide(session, ["a"], now=START) == 0
    assert {key: each.available for key, each in find(database, *"abc").items()} == {
        "a": False,
        "b": False,
        "c": True,
    }


def test_products_are_found_by_id_or_part_of_the_name(database):
    upsert(
        database,
        ProductInput(external_id="p1", name="울 니트"),
        ProductInput(external_id="p2", name="면 니트"),
        ProductInput(external_id="p3", name="100% 울"),
    )

    def found(text="", **options):
        with database.read() as session:
            rows, total = service.search(session, text, **options)
        return [row.external_id for row in rows], total

    assert found("p2") == (["p2"], 1)
    assert found("%") == (["p3"], 1)
    assert set(found("니트")[0]) == {"p1", "p2"}
    assert found(size=2)[1] == 3
    assert len(found(page=2, size=2)[0]) == 1
