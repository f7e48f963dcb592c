"""What holds of every answer, whatever algorithms propose and rules say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from growthcore.api import Scored
from growthcore.plugins.calls import Calls
from growthcore.recommendations import service
from growthcore.recommendations.rules import attaching, store

NAMES = tuple(f"P{n}" for n in range(12))
SOLD_OUT, HIDDEN, BOUGHT, GONE = "P1", "P4", "P7", "gone"
RULES = (
    {"if": {"all": [{"type": "category", "category": "sale"}]}, "then": {"do": "pin", "slot": 2}},
    {"if": {"all": [{"type": "price", "least": 1}]}, "then": {"do": "boost", "factor": 3}},
)


@pytest.fixture
def database(sqlite_database):
    """One is enough: what differs between databases is tested elsewhere."""
    return sqlite_database


@pytest.fixture
def world(shop):
    """A chain of three models that propose whatever the test draws; half the products are on sale."""
    shop.sells(*NAMES[::2], category="sale")
    shop.sells(*NAMES[1::2])
    shop.sells(SOLD_OUT, stock=0)
    shop.sells(HIDDEN, hidden=True)
    shop.products[GONE] = 10**9
    shop.happens("purchase", BOUGHT, visitor="buyer-01", order="1")
    shop.scripted.trained = False
    shop.model("limited", "scripted")
    shop.model("last", "scripted")
    shop.model("main", "scripted")
    with shop.core.db.unit() as session:
        for n, definition in enumerate(RULES):
            made = store.create(
                shop.core, session, name=str(n), page="main", definition=definition, actor="test"
            )
            store.switch(shop.core, session, made.id, on=True, actor="test")
    return shop


PROPOSED = st.one_of(
    st.none(), st.lists(st.sampled_from([*NAMES, GONE]), unique=True, max_size=len(NAMES) + 1)
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    proposed=st.tuples(PROPOSED, PROPOSED, PROPOSED),
    slots=st.integers(1, 5),
    limit=st.integers(1, 12),
    product=st.sampled_from([None, *NAMES]),
    cart=st.lists(st.sampled_from(NAMES), max_size=3),
    obeyed=st.sets(st.sampled_from([1, 2])),
)
def test_every_answer_keeps_its_promises(world, proposed, slots, limit, product, cart, obeyed):
    told = iter(proposed)

    def answers(request):
        names = next(told)
        return names and [
            Scored(world.products[name], -float(place), "told") for place, name in enumerate(names)
        ]

    world.scripted.answers = answers
    # None rests for what failed in the example before.
    world.core = replace(world.core, calls=Calls(60.0))
    with world.core.db.unit() as session:
        backups = [{"model": "limited", "slots": slots}, "last"]
        service.change(
            world.core, session, "main", name="main", given={}, backups=backups, enabled=True,
            actor="test",
        )  # fmt: skip
        attaching.attach(world.core, session, "main", obeyed, actor="test")
    answer = world.recommend(
        "main",
        limit=limit,
        visitor_id=world.visitor("buyer-01"),
        product_id=world.products.get(product),
        cart=[world.products[name] for name in cart],
    )
    names = world.names(answer)
    assert not {SOLD_OUT, HIDDEN, BOUGHT, GONE, product, *cart} & {*names}
    assert len(set(names)) == len(names) <= limit
    assert Counter(item.source for item in answer.items)["limited"] <= slots
