"""``/v1/widgets/<model>`` as the storefront script asks."""

import pytest

from growthcore.plugins.registry import Plugins
from growthcore.recommendations import service, widgets
from growthcore.testing.plugins import plugins_of
from growthcore_algo_recently_viewed import plugin as recently_viewed

ORIGIN = "https://www.shop.example"


@pytest.fixture
def plugins():
    return Plugins.load(entry_points=plugins_of(recently_viewed), strict=True)


@pytest.fixture
def ask(app, access, shop):
    with shop.db.unit() as session:
        service.create(shop, session, "seen", algorithm="recently_viewed", actor="test")

    def asked(model="seen", origin=ORIGIN, **headers):
        told = {"Origin": origin, **headers}
        return app.test_client().get(f"/v1/widgets/{model}?key={access.public}", headers=told)

    return asked


def test_it_is_cached_by_anybody_until_its_version_changes(ask, shop):
    first = ask()
    assert first.json["widget"]["title"] == "이런 상품은 어떠세요?"
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = ask(**{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with shop.db.unit() as session:
        widgets.design(shop, session, "seen", {"title": "최근 본 상품"}, actor="test")
    changed = ask(**{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["widget"]["title"]) == (200, "최근 본 상품")


def test_unknown_models_and_strangers_are_told_why(ask):
    assert (ask("none").status_code, ask("none").json["code"]) == (404, "model_not_found")
    assert ask(origin="https://elsewhere.example").status_code == 403
