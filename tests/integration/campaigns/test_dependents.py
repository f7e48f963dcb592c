"""What is told to depend on a plugin before it is switched off."""

from __future__ import annotations

import pytest

from growthcore.campaigns import dependents, service
from growthcore.recommendations import service as models
from growthcore.segments import saved

BOUGHT = {"condition": "event_count", "params": {"event": "purchase", "count": 1}}


def of(shop, plugin):
    with shop.core.db.read() as session:
        found = dependents.of_plugin(shop.core, session, plugin)
    names = {
        "accounts": [each.label for each in found.accounts],
        "campaigns": [each.id for each in found.campaigns],
        "segments": [each.name for each in found.segments],
        "models": [each.slug for each in found.models],
    }
    assert bool(found) is any(names.values())
    return {kind: each for kind, each in names.items() if each}


def segment(shop, name, definition):
    with shop.core.db.unit() as session:
        return saved.create(shop.core, session, name, definition, actor="test").id


def test_nothing_depends_on_what_nobody_uses(each_shop):
    assert of(each_shop, "channel_email_smtp") == {}
    assert of(each_shop, "no_such_plugin") == {}


def test_accounts_and_campaigns_depend_on_their_channel(each_shop):
    campaign = each_shop.create()
    plugin = each_shop.core.plugins.owner("channel", "recording")
    assert of(each_shop, plugin) == {"accounts": ["test"], "campaigns": [campaign]}


USES = {
    "segment_customer_attribute": {},
    "segment_event_count": {"audience": {"all": [{"not": BOUGHT}]}},
    "variables_basic": {},
    "trigger_cart_abandoned": {
        "delivery": {"kind": "triggered", "trigger": {"id": "cart_abandoned"}}
    },
}


@pytest.mark.parametrize(("plugin", "changes"), USES.items(), ids=USES)
def test_campaigns_depend_on_what_their_definition_names(shop, plugin, changes):
    campaign = shop.create(**changes)
    assert of(shop, plugin) == {"campaigns": [campaign]}


def test_a_campaign_that_is_over_depends_on_nothing(shop):
    campaign = shop.launch()
    with shop.core.db.unit() as session:
        service.cancel(shop.core, session, campaign, actor="test")
    assert of(shop, "variables_basic") == {}


def test_segments_in_use_depend_on_their_conditions(each_shop):
    segment(each_shop, "구매", {"any": [BOUGHT]})
    put_away = segment(each_shop, "보관", BOUGHT)
    with each_shop.core.db.unit() as session:
        saved.archive(each_shop.core, session, put_away, actor="test")
    assert of(each_shop, "segment_event_count") == {"segments": ["구매"]}


def test_models_depend_on_their_algorithm(each_shop):
    with each_shop.core.db.unit() as session:
        models.create(
            each_shop.core,
            session,
            slug="best",
            name="인기",
            algorithm="recently_viewed",
            actor="t",
        )
    assert of(each_shop, "algo_recently_viewed") == {"models": ["best"]}


def test_the_campaigns_of_an_account_are_told(each_shop):
    campaign = each_shop.create()
    with each_shop.core.db.read() as session:
        (found,) = dependents.of_account(session, each_shop.account_id)
        assert found.id == campaign
        assert dependents.of_account(session, each_shop.account_id + 1) == []
