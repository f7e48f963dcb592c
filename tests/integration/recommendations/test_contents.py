"""Which contents are chosen beside a product, for a search and on the main page."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from growthcore.catalog import content_clicks, contents
from growthcore.catalog.content_input import ContentInput
from growthcore.recommendations.contents import choice
from growthcore.recommendations.contents.choice import Option, Request
from growthcore.testing import factories
from growthcore.testing.values import START

_hours = count()


def write(core, external_id, title, **fields):
    """Tell of a content, older than those told before."""
    told = {
        "kind": "blog",
        "url": "https://blog.example/1",
        "published_at": START - timedelta(hours=next(_hours)),
    }
    item = ContentInput(external_id=external_id, title=title, **told | fields)
    with core.db.unit() as session:
        contents.change(session, item, actor="test", now=START)


def chosen(core, option, limit=8, **asked):
    answer = choice.choose(core, Request(option=option, **asked), limit=limit)
    return [(content.external_id, str(source)) for content, source in answer.items]


@pytest.fixture
def stocked(core):
    with core.db.unit() as session:
        for code, name, category, brand in (
            ("K1", "램스울 라운드 니트", "여성/상의/니트", "온결"),
            ("K2", "캐시미어 가디건", "여성/상의/니트", "결"),
            ("J1", "생지 데님", "남성/하의/청바지", "인디고"),
        ):
            factories.make_product(session, code, name=name, category=category, brand=brand)
    write(core, "new", "가을 소풍 준비물")
    write(core, "jeans", "데님 관리", products=["J1"])
    write(core, "cashmere", "포근한 하루", products=["K2"])
    write(core, "wash", "집에서 하는 니트 세탁", keywords=["울 세제"])
    write(core, "round", "이렇게 입었어요", products=["K1"], kind="review")
    return core


def test_beside_a_product_stand_contents_about_it_then_about_the_like_then_the_newest(stocked):
    found = chosen(stocked, Option.PRODUCT, products=["K1"])
    assert found[0] == ("round", "linked")
    assert set(found[1:3]) == {("cashmere", "similar"), ("wash", "similar")}
    assert found[3:] == [("new", "newest"), ("jeans", "newest")]
    assert chosen(stocked, Option.PRODUCT, products=["nope"], limit=1) == [("new", "newest")]


def test_a_search_finds_words_however_they_are_spaced_or_end(stocked):
    for keyword in ("니트 세탁", "니트세탁", "세탁을", "울세제", "니트 스웨터"):
        assert chosen(stocked, Option.SEARCH, keyword=keyword) == [("wash", "keyword")], keyword


def test_a_search_that_finds_nothing_is_not_filled_up(stocked):
    for keyword in ("노트북", " ", "?!", "울릉도 여행"):
        answer = choice.choose(stocked, Request(option=Option.SEARCH, keyword=keyword), limit=5)
        assert (answer.items, answer.skipped) == ([], {"keyword": "nothing_found"}), keyword


def test_the_main_page_shows_its_products_then_what_is_clicked_then_what_is_new(stocked):
    with stocked.db.unit() as session:
        content_clicks.count(session, {("wash", START.date()): 3, ("jeans", START.date()): 4})
    assert chosen(stocked, Option.MAIN, limit=3) == [
        ("jeans", "popular"),
        ("wash", "popular"),
        ("new", "newest"),
    ]
    found = chosen(stocked, Option.MAIN, products=["K2", "J1"], limit=3)
    assert found[:2] == [("cashmere", "linked"), ("jeans", "linked")]


def test_what_changes_is_known_at_once_when_nothing_may_be_held(stocked):
    write(stocked, "new", "니트 소풍")
    assert {id_ for id_, _ in chosen(stocked, Option.SEARCH, keyword="니트")} == {"new", "wash"}
    with stocked.db.unit() as session:
        contents.delete(session, ["new"], actor="test", now=START)
    assert chosen(stocked, Option.SEARCH, keyword="니트") == [("wash", "keyword")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    hidden=st.sets(st.sampled_from(["new", "jeans", "cashmere", "wash", "round"])),
    coming=st.sets(st.sampled_from(["new", "jeans", "cashmere", "wash", "round"])),
    limit=st.integers(1, 6),
    option=st.sampled_from(Option),
)
def test_nothing_hidden_or_unpublished_is_ever_chosen(stocked, hidden, coming, limit, option):
    everything = {"new", "jeans", "cashmere", "wash", "round"}
    with stocked.db.unit() as session:
        for each in everything:
            at = START + timedelta(days=1 if each in coming else -1)
            item = ContentInput(external_id=each, hidden=each in hidden, published_at=at)
            contents.change(session, item, actor="test", now=START)
    found = [id_ for id_, _ in chosen(stocked, option, limit, keyword="니트", products=["K1"])]
    public = everything - hidden - coming
    assert len(set(found)) == len(found)
    assert set(found) <= public
    assert option is Option.SEARCH or len(found) == min(limit, len(public))
