import threading
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import event

from growthcore.api import InvalidInput, Scored
from growthcore.catalog import service as catalog
from growthcore.db.prepared import Prepared
from growthcore.db.remembered import Remembered
from growthcore.plugins import calls
from growthcore.plugins.calls import Calls
from growthcore.recommendations import service, serving, training, troubles
from growthcore.recommendations.serving import Request


def answers(shop, *names, reason="because"):
    """The scripted algorithm proposes these products."""
    scored = [Scored(shop.products[name], 1.0, reason) for name in names]
    shop.scripted.answers = lambda request: scored[: request.limit]


@pytest.fixture
def scripted(shop):
    """A shop with the model ``first`` (scripted) and its backup ``popular``; P1-P4 by popularity."""
    shop.sells("P1", "P2", "P3", "P4")
    for place, product in enumerate(("P1", "P2", "P3", "P4")):
        for visit in range(4 - place):
            shop.happens("view_item", product, visitor=f"browser-{place}-{visit}")
    shop.trained("popular")
    shop.scripted.fits = lambda interactions, params: {"a": np.zeros(1)}
    shop.trained("first", "scripted", backups=["popular"])
    return shop


def sources(answer):
    return [(each.product.external_id, each.source, each.reason) for each in answer.items]


def test_backups_fill_what_is_missing_and_every_item_says_where_it_is_from(scripted):
    answers(scripted, "P4")
    assert sources(scripted.recommend("first", limit=3)) == [
        ("P4", "first", "because"),
        ("P1", "popular", "popular"),
        ("P2", "popular", "popular"),
    ]


def test_an_item_names_its_algorithm_and_score(scripted):
    answers(scripted, "P4")
    first, second = scripted.recommend("first", limit=2).items
    assert (first.algorithm, first.score) == ("scripted", 1.0)
    assert (second.algorithm, second.score) == ("popular_backup", 1.0)


def test_backups_are_not_asked_for_what_is_not_missing(scripted):
    answers(scripted, "P4", "P3")
    assert scripted.names(scripted.recommend("first", limit=2)) == ["P4", "P3"]


def test_backups_are_asked_in_order(scripted):
    scripted.model("seen", "recently_viewed")
    scripted.trained("chain", "scripted", backups=["seen", "popular"])
    answers(scripted, "P4")
    visitor = scripted.visitor("browser-2-0")
    assert sources(scripted.recommend("chain", visitor_id=visitor, limit=3)) == [
        ("P4", "chain", "because"),
        ("P3", "seen", "recently_viewed"),
        ("P1", "popular", "popular"),
    ]


@pytest.mark.parametrize("change", [{"stock": 0}, {"hidden": True}])
def test_what_can_no_longer_be_sold_disappears_at_once_and_comes_back(scripted, change):
    assert scripted.names(scripted.recommend("popular", limit=2)) == ["P1", "P2"]
    scripted.sells("P1", **change)
    assert scripted.names(scripted.recommend("popular", limit=2)) == ["P2", "P3"]
    scripted.sells("P1", stock=1, hidden=False)
    assert scripted.names(scripted.recommend("popular", limit=2)) == ["P1", "P2"]


def test_prices_are_those_of_now(scripted):
    scripted.sells("P1", price=19_900, sale_price=15_900)
    (item,) = scripted.recommend("popular", limit=1).items
    assert (item.product.price, item.product.sale_price) == (19_900, 15_900)


def test_products_that_only_events_named_are_not_recommended(scripted):
    scripted.happens("view_item", "ghost", visitor="browser-1")
    with scripted.core.db.read() as session:
        scripted.products |= {k: v.id for k, v in catalog.find(session, ["ghost"]).items()}
    answers(scripted, "ghost", "P4")
    assert scripted.names(scripted.recommend("first", limit=1)) == ["P4"]


def test_products_that_do_not_exist_are_not_recommended(scripted):
    scripted.products["gone"] = 10**9
    answers(scripted, "gone", "P4")
    assert scripted.names(scripted.recommend("first", limit=1)) == ["P4"]


def test_the_current_product_the_cart_and_what_was_bought_are_left_out(scripted):
    scripted.happens("purchase", "P3", customer=None, visitor="buyer-01", order="1")
    ids = scripted.products
    answer = scripted.recommend(
        "popular", product_id=ids["P1"], cart=[ids["P2"]], visitor_id=scripted.visitor("buyer-01")
    )
    assert scripted.names(answer) == ["P4"]


def test_an_algorithm_that_keeps_seen_products_shows_them_but_not_the_current_one(shop):
    shop.sells("P1", "P2", "P3")
    for product in ("P1", "P2", "P3"):
        shop.happens("view_item", product, visitor="browser-1")
    shop.happens("purchase", "P3", visitor="browser-1", order="1")
    shop.model("seen", "recently_viewed")
    answer = shop.recommend(
        "seen",
        visitor_id=shop.visitor("browser-1"),
        product_id=shop.products["P1"],
        cart=[shop.products["P2"]],
    )
    assert shop.names(answer) == ["P3", "P2"]


def test_enough_is_asked_for_that_the_answer_is_full_after_filtering(scripted):
    asked = []
    scripted.scripted.answers = lambda request: asked.append(request) or []
    scripted.recommend("first", cart=[scripted.products["P1"]], limit=4)
    assert asked[0].limit == 3 * 4 + 1


def test_an_algorithm_is_told_all_there_is(scripted):
    asked = []
    scripted.scripted.answers = lambda request: asked.append(request) or []
    scripted.sells("P1", category="여성/상의")
    scripted.customer("haneul")
    haneul = scripted.identify("browser-9", "haneul")
    visitor = scripted.visitor("browser-9")
    product = scripted.products["P1"]
    scripted.recommend("first", visitor_id=visitor, product_id=product, cart=[3])
    (request,) = asked
    assert (request.customer_id, request.visitor_id, request.product_id) == (
        haneul,
        visitor,
        product,
    )
    assert request.cart == (3,)
    assert request.category_id is not None
    assert request.at == scripted.now
    assert request.artifact["a"].tolist() == [0.0]


def test_no_transaction_is_open_while_an_algorithm_thinks(scripted):
    open_connections = []

    def looks(request):
        open_connections.append(scripted.core.db.engine.pool.checkedout())
        return []

    scripted.scripted.answers = looks
    scripted.recommend("first")
    assert open_connections == [0]


def item(product=1, score=1.0, reason="because"):
    return Scored(product, score, reason)


@pytest.mark.parametrize("junk", [None, [item(score=float("nan"))], [item(1), item(1)]])
def test_nonsense_costs_only_the_algorithm_that_gave_it(scripted, junk):
    scripted.scripted.answers = lambda request: junk
    answer = scripted.recommend("first", limit=2)
    assert scripted.names(answer) == ["P1", "P2"]
    assert answer.skipped == {"first": "failed"}


def test_an_algorithm_that_raises_costs_only_itself(scripted):
    def breaks(request):
        raise ZeroDivisionError

    scripted.scripted.answers = breaks
    answer = scripted.recommend("first", limit=2)
    assert scripted.names(answer) == ["P1", "P2"]
    assert answer.skipped == {"first": "failed"}


def test_numbers_out_of_an_array_are_taken(scripted):
    product = np.array([scripted.products["P4"]])[0]
    scripted.scripted.answers = lambda request: [Scored(product, np.float64(0.5), "because")]
    assert scripted.names(scripted.recommend("first", limit=1)) == ["P4"]


def test_why_a_model_gave_nothing_is_told(scripted):
    scripted.model("off", "recently_viewed")
    scripted.model("fresh", "scripted")
    scripted.model("seen", "recently_viewed")
    scripted.trained("held", "scripted", backups=["off", "fresh", "seen", "popular"])
    with scripted.core.db.unit() as session:
        service.get(session, "off").enabled = False
    scripted.sells("P1", "P2", "P3", "P4", stock=0)
    answer = scripted.recommend("held")
    assert answer.items == []
    assert answer.skipped == {
        "held": "nothing_known",
        "off": "disabled",
        "fresh": "not_trained",
        "seen": "nothing_known",
        "popular": "nothing_left",
    }


def test_a_missing_algorithm_is_told_of_and_backups_answer(scripted):
    scripted.core.plugins.hold("scripted", "for the test")
    answer = scripted.recommend("first", limit=1)
    assert scripted.names(answer) == ["P1"]
    assert answer.skipped == {"first": "algorithm_missing"}


def test_params_that_no_longer_fit_are_told_of(scripted):
    with scripted.core.db.unit() as session:
        service.get(session, "first").params = {"old": 1}
    assert scripted.recommend("first", limit=1).skipped == {"first": "params_outdated"}


def test_an_unknown_model_is_refused(shop):
    with pytest.raises(InvalidInput, match="no recommendation model 'nope'"):
        shop.recommend("nope")


@pytest.mark.parametrize("limit", [0, -1, 51])
def test_a_limit_out_of_range_is_refused(scripted, limit):
    with pytest.raises(InvalidInput, match="1 to 50"):
        scripted.recommend("popular", limit=limit)


def test_an_empty_shop_gives_an_empty_answer(shop):
    shop.trained("popular")
    shop.model("seen", "recently_viewed", backups=["popular"])
    answer = shop.recommend("seen")
    assert answer.items == []
    assert answer.skipped == {"seen": "nothing_known", "popular": "not_trained"}


def test_a_shop_without_events_shows_what_is_new(shop):
    shop.sells("old", "new")
    shop.trained("popular")
    assert sources(shop.recommend("popular")) == [
        ("new", "popular", "new"),
        ("old", "popular", "new"),
    ]


def test_what_is_popular_in_the_products_category_comes_first(shop):
    shop.sells("shirt", "blouse", category="여성/상의")
    shop.sells("bag", category="가방")
    for number in range(3):
        shop.happens("view_item", "bag", visitor=f"browser-{number}")
    shop.happens("view_item", "blouse", visitor="browser-1")
    shop.trained("popular")
    answer = shop.recommend("popular", product_id=shop.products["shirt"])
    assert sources(answer) == [
        ("blouse", "popular", "popular_in_category"),
        ("bag", "popular", "popular"),
    ]


# ---------------------------------------------------------------- artifacts


def spoil(shop, version):
    path = shop.core.settings.data_dir / "models" / "popular" / str(version) / "products.npy"
    path.write_bytes(path.read_bytes()[:-8] + b"\0" * 8)


def test_a_corrupt_artifact_gives_way_to_the_last_good_one_and_is_told_of(scripted):
    model_id = scripted.standing("popular").model.id
    for product in ("P4", "P4", "P4", "P4", "P4"):
        scripted.happens("view_item", product, visitor="browser-1")
    training.train(scripted.core, model_id)
    spoil(scripted, 2)
    assert scripted.names(scripted.recommend("popular", limit=1)) == ["P1"]
    standing = scripted.standing("popular")
    assert (standing.active.version, standing.last.state) == (1, "failed")
    assert "checksum of products.npy differs" in standing.last.message


def test_without_any_good_artifact_a_model_is_as_if_untrained(scripted):
    spoil(scripted, 1)
    answer = scripted.recommend("popular", limit=1)
    assert answer.skipped == {"popular": "not_trained"}
    assert scripted.versions("popular") == {1: "failed"}


def test_a_missing_artifact_is_trained_again_soon(scripted):
    folder = scripted.core.settings.data_dir / "models" / "popular" / "1"
    for path in folder.iterdir():
        path.unlink()
    scripted.recommend("popular", limit=1)
    scripted.pass_time(hours=1)
    with scripted.core.db.read() as session:
        due = training.needs_training(scripted.core, session)
    assert due == [scripted.standing("popular").model.id]


def test_a_new_version_is_served_at_once(scripted):
    assert scripted.names(scripted.recommend("popular", limit=1)) == ["P1"]
    for number in range(5):
        scripted.happens("view_item", "P4", visitor=f"browser-4-{number}")
    training.train(scripted.core, scripted.standing("popular").model.id)
    assert scripted.names(scripted.recommend("popular", limit=1)) == ["P4"]


# ---------------------------------------------------------------- batches


def test_a_batch_answers_each_as_if_alone(scripted):
    scripted.model("seen", "recently_viewed", backups=["popular"])
    ids = scripted.products
    requests = [
        Request(visitor_id=scripted.visitor("browser-3-0")),
        Request(),
        Request(visitor_id=scripted.visitor("browser-2-0"), product_id=ids["P1"]),
        Request(cart=[ids["P1"], ids["P2"]]),
    ]
    together = serving.recommend_many(scripted.core, "seen", requests, limit=3)
    alone = [serving.recommend_many(scripted.core, "seen", [each], limit=3)[0] for each in requests]
    assert together == alone
    assert [scripted.names(each) for each in together] == [
        ["P4", "P1", "P2"],
        ["P1", "P2", "P3"],
        ["P3", "P2", "P4"],
        ["P3", "P4"],
    ]


def test_one_failing_answer_leaves_the_rest_of_the_batch(scripted):
    def some(request):
        if request.cart:
            raise ZeroDivisionError
        return [item(scripted.products["P4"])]

    scripted.scripted.answers = some
    requests = [Request(cart=[scripted.products["P2"]]), Request()]
    found = serving.recommend_many(scripted.core, "first", requests, limit=1)
    assert [scripted.names(each) for each in found] == [["P1"], ["P4"]]


def test_a_batch_needs_no_more_statements_than_one_request(scripted, monkeypatch):
    scripted.model("seen", "recently_viewed", backups=["popular"])
    customers = [scripted.customer(f"c{number}") for number in range(30)]
    for number in range(0, 30, 2):
        scripted.happens("view_item", "P4", customer=f"c{number}", ago=timedelta(minutes=1))
    statements = []
    engine = scripted.core.db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    rows = Prepared.rows
    monkeypatch.setattr(
        Prepared, "rows", lambda *given, **named: statements.append(1) or rows(*given, **named)
    )

    def counted(requests):
        statements.clear()
        serving.recommend_many(scripted.core, "seen", requests, limit=3)
        return len(statements)

    everybody = [Request(customer_id=id_) for id_ in customers]
    counted(everybody)  # From here on the process knows the products.
    assert counted(everybody) == counted(everybody[:1])


def test_an_empty_batch_is_answered(scripted):
    assert serving.recommend_many(scripted.core, "popular", [], limit=3) == []


# ---------------------------------------------------------------- what suits many


@pytest.fixture
def remembering(scripted):
    """The shop, where what suits many is remembered for longer than the test."""
    remembered = Remembered(60.0)
    scripted.core = replace(scripted.core, remembered=remembered)
    calls_ = []
    asked = scripted.core.plugins.algorithms["popular_backup"]
    recommend_many = asked.recommend_many
    asked.recommend_many = lambda requests: calls_.append(1) or recommend_many(requests)
    scripted.calls = calls_
    return scripted


def test_what_suits_everybody_is_made_once(remembering):
    buyer = remembering.customer("c1")
    remembering.happens("purchase", "P1", customer="c1")
    first, second = (remembering.recommend("popular", limit=2) for _ in range(2))
    assert first == second
    assert first.passed == second.passed
    assert len(remembering.calls) == 1
    # Not what depends on who asks, or on what is looked at.
    bought = remembering.recommend("popular", customer_id=buyer, limit=2)
    assert "P1" not in remembering.names(bought)
    shown = remembering.recommend("popular", product_id=remembering.products["P2"], limit=2)
    assert "P2" not in remembering.names(shown)
    assert len(remembering.calls) == 3


def test_nothing_is_given_to_others(remembering):
    """It may come of a failure, which the next answer need not have."""

    def fails(request):
        raise ZeroDivisionError

    remembering.scripted.fits = lambda interactions, params: {"any": np.ones(1)}
    remembering.trained("alone", "scripted")
    remembering.scripted.answers = fails
    assert remembering.recommend("alone", limit=1).items == []
    answers(remembering, "P4")
    assert remembering.names(remembering.recommend("alone", limit=1)) == ["P4"]


def test_what_suits_everybody_ends_with_the_state_of_the_catalogue(remembering):
    first, *_ = remembering.names(remembering.recommend("popular", limit=2))
    remembering.sells(first, stock=0)
    assert first not in remembering.names(remembering.recommend("popular", limit=2))


# ---------------------------------------------------------------- faults


@pytest.fixture
def hanging(scripted):
    """The model ``first`` answers nobody until the end of the test, and may take 100 ms for that."""
    end = threading.Event()

    def now():
        return scripted.now.timestamp()

    scripted.core = replace(scripted.core, calls=Calls(0.1, now=now))
    scripted.scripted.answers = lambda request: end.wait() and []
    yield scripted
    end.set()


def test_backups_answer_in_time_when_an_algorithm_hangs(hanging):
    answer = hanging.recommend("first", limit=2)
    assert hanging.names(answer) == ["P1", "P2"]
    assert answer.skipped == {"first": "timed_out"}
    assert hanging.core.plugins.record("scripted").failures == 1


def test_a_model_that_keeps_failing_rests_is_told_of_and_tried_again(hanging):
    many = serving.recommend_many(hanging.core, "first", [Request()] * 5, limit=1)
    assert [hanging.names(each) for each in many] == [["P1"]] * 5
    assert [each.skipped["first"] for each in many] == ["timed_out"] * 3 + ["resting"] * 2
    hanging.jobs.run(hanging.core)
    model = hanging.standing("first").model
    assert troubles.of(model, now=hanging.now) == "timed_out"
    assert troubles.of(model, now=hanging.now + timedelta(minutes=5)) is None
    answers(hanging, "P4")
    hanging.pass_time(seconds=calls.REST)
    assert hanging.names(hanging.recommend("first", limit=1)) == ["P4"]
    hanging.jobs.run(hanging.core)
    assert troubles.of(hanging.standing("first").model, now=hanging.now) is None


# ---------------------------------------------------------------- limits of backups


def test_a_backup_fills_no_more_places_than_it_may(scripted):
    scripted.model("seen", "recently_viewed")
    scripted.trained(
        "chain", "scripted", backups=[{"model": "popular", "slots": 1}, {"model": "seen"}]
    )
    answers(scripted, "P4")
    visitor = scripted.visitor("browser-2-0")
    assert sources(scripted.recommend("chain", visitor_id=visitor, limit=4)) == [
        ("P4", "chain", "because"),
        ("P1", "popular", "popular"),
        ("P3", "seen", "recently_viewed"),
    ]
    with scripted.core.db.read() as session:
        assert [each.slug for each in service.backed_by(session, "popular")] == ["chain", "first"]
        assert service.get(session, "chain").backups == [{"model": "popular", "slots": 1}, "seen"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "popular", "slots": 0},
        {"model": "popular", "slots": 51},
        {"model": "popular", "slots": "2"},
        {"slots": 2},
        {"model": "nope"},
        7,
    ],
)
def test_a_backup_that_makes_no_sense_is_refused(scripted, wrong):
    with pytest.raises(InvalidInput) as refused:
        scripted.model("chain", "scripted", backups=[wrong])
    assert list(refused.value.errors) == ["backups"]
