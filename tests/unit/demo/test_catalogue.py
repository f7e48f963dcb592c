"""What the demo shop sells."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from growthcore.demo.catalogue import garments
from growthcore.demo.pictures import SILHOUETTES, picture


def test_the_products_are_two_hundred_of_twenty_kinds_and_all_different():
    assert len(garments()) == 200
    assert len({each.id for each in garments()}) == 200
    assert len({each.name for each in garments()}) == 200
    assert {each.drawn for each in garments()[:20]} == set(SILHOUETTES)


def test_prices_are_round_and_a_sale_is_below_the_price():
    assert all(19_000 <= each.price <= 400_000 for each in garments())
    assert all(each.price % 1_000 == 0 and each.now % 100 == 0 for each in garments())
    on_sale = [each for each in garments() if each.sale is not None]
    assert on_sale
    assert all(0.6 * each.price < each.sale < each.price for each in on_sale)


def test_a_few_products_are_sold_out_but_none_of_the_first_page():
    assert any(not each.stock for each in garments())
    assert all(each.stock for each in garments()[:24])


@pytest.mark.parametrize("garment", garments()[::7], ids=lambda garment: garment.drawn)
def test_a_picture_is_sound_svg_without_script_or_address(garment):
    root = ET.fromstring(garment.svg)
    assert root.get("viewBox") == "0 0 480 600"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "circle", "ellipse", "g", "path"}
    assert not [name for each in root.iter() for name in each.attrib if "href" in name]


def test_a_title_is_escaped():
    assert "<b>" not in picture("knit", "#ffffff", "<b>")
