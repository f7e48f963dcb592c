"""Where, to whom and how recommendations are shown."""

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput, Placement
from growthcore.operators.models import AuditEntry
from growthcore.recommendations import service, widgets


@pytest.fixture
def database(sqlite_database):
    """What is of one database here is asked on both elsewhere."""
    return sqlite_database


@pytest.fixture
def model(shop):
    shop.model("seen", "recently_viewed")
    return "seen"


def unit(shop, do, *given, **named):
    with shop.core.db.unit() as session:
        return do(shop.core, session, *given, actor="test", **named)


def payload(shop, slug):
    with shop.core.db.read() as session:
        return widgets.payload(service.get(session, slug))


def test_a_widget_nobody_designed_has_sensible_defaults(shop, model):
    found = payload(shop, model)
    assert found["widget"]["title"] == "이런 상품은 어떠세요?"
    assert (found["widget"]["pc_count"], found["appearing"]["when"]) == (4, "immediately")
    assert found["placement"] == Placement.MAIN
    assert not found["targeted"]


def test_the_version_follows_what_is_drawn_and_nothing_else(shop, model):
    before = payload(shop, model)["version"]
    unit(shop, widgets.place, model, placement="main", description="새 설명")
    assert payload(shop, model)["version"] == before
    unit(shop, widgets.design, model, {"title": "함께 보면 좋은 상품"})
    assert payload(shop, model)["version"] != before


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"title": "가" * 41}, "title"),
        ({"pc_count": 13}, "pc_count"),
        ({"image": False, "name": False}, "name"),
        ({"cta_text": " "}, "cta_text"),
        ({"accent": "red;}"}, "accent"),
        ({"colour": "#000000"}, "colour"),
    ],
)
def test_a_widget_that_cannot_be_drawn_is_refused_by_field(shop, model, given, path):
    with pytest.raises(InvalidInput) as refused:
        unit(shop, widgets.design, model, given)
    assert list(refused.value.errors) == [path]


def test_a_segment_that_is_not_there_is_refused(shop, model):
    with pytest.raises(InvalidInput):
        unit(shop, widgets.aim, model, segment_id=7, appears={})


def test_an_algorithm_is_offered_only_where_it_fits(shop, model, monkeypatch):
    algorithm = shop.core.plugins.algorithms["recently_viewed"]
    monkeypatch.setattr(type(algorithm), "placements", frozenset({Placement.MAIN}))
    with pytest.raises(InvalidInput, match="it fits: main"):
        unit(shop, widgets.place, model, placement="cart")
    with pytest.raises(InvalidInput, match="one of: main, product"):
        unit(shop, widgets.place, model, placement="roof")


def test_changes_are_in_the_audit_log(shop, model):
    unit(shop, widgets.design, model, {"title": "새 상품"})
    with shop.core.db.read() as session:
        assert "model.designed" in set(session.scalars(select(AuditEntry.action)))


def test_a_free_slug_is_made_of_the_algorithm(shop, model):
    shop.model("recently-viewed", "recently_viewed")
    with shop.core.db.read() as session:
        assert service.free_slug(session, "recently_viewed") == "recently-viewed-2"
        assert service.free_slug(session, "popular_backup") == "popular-backup"


def test_a_model_cannot_be_called_like_a_page(shop):
    with pytest.raises(InvalidInput, match="taken by a page"):
        unit(shop, service.create, "rules", algorithm="recently_viewed")
