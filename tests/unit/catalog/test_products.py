import pytest

from growthcore.api import InvalidInput
from growthcore.catalog.categories import normalise_path
from growthcore.catalog.products import ProductInput, check


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("여성/상의/니트", "여성/상의/니트"),
        (" 여성 > 상의 ", "여성/상의"),
        ("/여성//상의/", "여성/상의"),
        (" / ", None),
    ],
)
def test_a_path_has_one_form(told, kept):
    assert normalise_path(told) == kept


def test_only_what_was_told_is_told():
    assert check(ProductInput(external_id="p", price=None, stock=3)) == {
        "external_id": "p",
        "price": None,
        "stock": 3,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", ""),
        ("external_id", "x" * 101),
        ("name", ""),
        ("name", None),
        ("name", "x" * 301),
        ("url", "javascript:alert(1)"),
        ("image_url", "x" * 1001),
        ("price", -1),
        ("price", 1.5),
        ("price", True),
        ("sale_price", 10**13 + 1),
        ("currency", "won"),
        ("stock", "3"),
        ("hidden", 1),
        ("hidden", None),
        ("brand", "x\x00"),
        ("category", "x" * 301),
        ("attributes", {"a": object()}),
        ("attributes", {"a": "x" * 9000}),
        ("attributes", [1]),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(field, value):
    with pytest.raises(InvalidInput) as caught:
        check(ProductInput(**{"external_id": "p", field: value}))
    assert list(caught.value.errors) == [field]
