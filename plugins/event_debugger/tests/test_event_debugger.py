import json
from contextlib import suppress
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from growthcore.api import EventItem
from growthcore.testing.fakes import plugin_context
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import an_event
from growthcore_event_debugger import page, plugin, store
from growthcore_event_debugger.commands import tail

PURCHASE = an_event(
    "purchase",
    id=7,
    customer_id=3,
    value=32_000,
    properties={"coupon": "<b>봄</b>"},
    items=[EventItem(product_id="P1", quantity=1, price=32_000)],
)


@pytest.fixture
def context(database):
    return plugin_context("event_debugger", database=database)


@pytest.fixture
def shop(context):
    class Shop:
        def plugin_context(self, plugin):
            return context

    return Shop()


def kept(context):
    with context.unit() as session:
        return store.newest(session)


def tail_of(shop, *arguments):
    result = CliRunner().invoke(tail, arguments, obj=shop, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_package_is_in_order():
    check_plugin("event_debugger")


def test_an_event_is_kept_with_everything_about_it(context):
    plugin.growthcore_event_recorded([PURCHASE], context)
    (event,) = kept(context)
    assert event["id"] == 7
    assert event["customer_id"] == 3
    assert event["occurred_at"] == "2026-03-02T01:00:00+00:00"
    assert event["items"] == [{"product_id": "P1", "quantity": 1, "price": 32_000}]


def test_an_event_told_twice_is_kept_once(context):
    for _time in range(2):
        plugin.growthcore_event_recorded([PURCHASE, an_event(id=8)], context)
    assert [event["id"] for event in kept(context)] == [8, 7]


def test_the_oldest_go_when_there_are_too_many(context, monkeypatch):
    monkeypatch.setattr(store, "KEPT", 3)
    plugin.growthcore_event_recorded([an_event(id=n) for n in (1, 2, 5, 9)], context)
    plugin.growthcore_event_recorded([an_event(id=20)], context)
    with context.unit() as session:
        assert session.scalar(select(func.count()).select_from(store.SeenEvent)) == 3
    assert [event["id"] for event in kept(context)] == [20, 9, 5]


def test_an_erased_customer_is_forgotten(context):
    plugin.growthcore_event_recorded([PURCHASE, an_event(id=8, customer_id=4)], context)
    with context.unit() as session:
        assert plugin.growthcore_customer_erased(3, replace(context, session=session)) == 1
    assert [event["customer_id"] for event in kept(context)] == [4]


def test_a_merged_customer_s_events_belong_to_who_is_kept(context):
    plugin.growthcore_event_recorded([PURCHASE], context)
    with context.unit() as session:
        plugin.growthcore_customer_merged(9, 3, replace(context, session=session))
    assert [event["customer_id"] for event in kept(context)] == [9]


def test_an_erasure_that_is_rolled_back_forgets_nothing(context):
    plugin.growthcore_event_recorded([PURCHASE], context)
    with suppress(RuntimeError), context.unit() as session:
        plugin.growthcore_customer_erased(3, replace(context, session=session))
        raise RuntimeError
    assert len(kept(context)) == 1


@pytest.mark.parametrize(("locale", "heading"), [("ko", "방문자"), ("en", "Visitor")])
def test_the_page_shows_events_in_the_readers_language(context, locale, heading):
    plugin.growthcore_event_recorded([PURCHASE], context)
    html = page.render(context, locale)
    assert f"<th>{heading}</th>" in html
    assert "<td>purchase</td>" in html


def test_the_page_escapes_what_the_shop_sent(context):
    plugin.growthcore_event_recorded([PURCHASE], context)
    html = page.render(context, "ko")
    assert "&lt;b&gt;봄&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize(("locale", "words"), [("ko", "아직 수집된"), ("en", "No event yet")])
def test_an_empty_page_says_so(context, locale, words):
    assert words in page.render(context, locale)


def test_tail_prints_the_newest_last(context, shop):
    plugin.growthcore_event_recorded([an_event(id=n) for n in (1, 2, 3)], context)
    lines = tail_of(shop, "--limit", "2").splitlines()
    assert [line.split("\t")[-1] for line in lines] == ["#2", "#3"]


def test_tail_prints_json(context, shop):
    plugin.growthcore_event_recorded([PURCHASE], context)
    assert json.loads(tail_of(shop, "--json"))["properties"] == {"coupon": "<b>봄</b>"}


def test_tail_says_when_there_is_nothing(shop):
    assert tail_of(shop) == "No event yet.\n"
    assert tail_of(shop, "--json") == ""
