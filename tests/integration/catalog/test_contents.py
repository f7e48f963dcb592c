"""Contents as a shop tells them, kept on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from growthcore.api import InvalidInput
from growthcore.catalog import content_clicks, contents
from growthcore.catalog.content_input import ContentInput, check
from growthcore.testing.values import START

POST = {"kind": "blog", "title": "니트 세탁법", "url": "https://blog.example/1"}


def tell(database, *items, now=START):
    with database.unit() as session:
        return contents.upsert_contents(session, items, now=now)


def titles(database, text="", **asked):
    with database.read() as session:
        return [each.title for each in contents.find(session, text, **asked).items]


def test_contents_are_made_changed_found_hidden_and_removed(database):
    later = START + timedelta(hours=1)
    video = ContentInput(
        external_id="V1",
        kind="video",
        title="코트 코디",
        url="http://tube.example/1",
        products=["P1", "P1", "P2"],
        published_at=later,
    )
    incomplete = ContentInput(external_id="B2", title="주소 없는 글")
    made = tell(database, ContentInput(external_id="B1", **POST), video, incomplete)
    assert [each.change for each in made] == ["created", "created", "rejected"]
    assert set(made[2].errors) == {"kind", "url"}
    change = ContentInput(external_id="B1", summary="손빨래 순서", author="민지")
    assert [each.change for each in tell(database, change, change)] == ["updated", "unchanged"]
    assert titles(database) == ["코트 코디", "니트 세탁법"], "newest first"
    assert titles(database, "손빨래") == titles(database, kind="blog") == ["니트 세탁법"]
    with database.unit() as session:
        assert contents.get(session, "V1").products == ["P1", "P2"]
        told = {"actor": "test", "now": later}
        assert contents.show(session, ["V1", "nope"], shown=False, **told) == 1
        assert contents.show(session, ["V1"], shown=False, **told) == 0
        content_clicks.count(session, {("B1", START.date()): 1})
        assert contents.delete(session, ["B1", "nope"], **told) == 1
    assert titles(database, hidden=True) == titles(database) == ["코트 코디"]


def test_clicks_of_the_last_weeks_are_summed(database):
    made = tell(database, ContentInput(external_id="B1", **POST))[0].id
    old = START - timedelta(days=content_clicks.DAYS)
    for clicked in ({("B1", START.date()): 2, ("nope", START.date()): 9}, {("B1", old.date()): 5}):
        with database.unit() as session:
            content_clicks.count(session, clicked)
            content_clicks.count(session, clicked)
    with database.connect() as connection:
        assert content_clicks.lately(connection, START) == Counter({made: 4})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "podcast"),
        ("title", " "),
        ("url", "javascript:alert(1)"),
        ("url", "/posts/1"),
        ("url", "https://user@blog.example"),
        ("image_url", "https:// blog.example/1.jpg"),
        ("url", None),
        ("keywords", "니트"),
        ("keywords", [str(each) for each in range(31)]),
        ("products", ["x" * 101]),
        ("published_at", START.replace(tzinfo=None)),
    ],
)
def test_what_does_not_fit_is_told_by_field(field, value):
    with pytest.raises(InvalidInput) as refused:
        check(ContentInput(external_id="B1", **{**POST, field: value}))
    assert [*refused.value.errors] == [field]
