"""What rules make of answers, as arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import InvalidInput
from growthcore.catalog.view import RECORD, Held, View
from growthcore.recommendations.candidates import Candidates
from growthcore.recommendations.rules import definition
from growthcore.recommendations.rules.evaluation import RuleSet, Standing
from growthcore.recommendations.rules.matching import Context

NOW = 1_800_000_000
DAY = 86_400
SIZE = 12


def view(size=SIZE, **columns):
    usual = {
        "id": range(100, 100 + size),
        "price": [1_000 * n for n in range(size)],
        "regular": [1_000 * n + 1_000 * (n % 2) for n in range(size)],
        "category_id": [n % 4 for n in range(size)],
        "brand": [n % 3 for n in range(size)],
        "created": [NOW - n * DAY for n in range(size)],
        "stock": [n - 1 for n in range(size)],
    }
    records = np.zeros(size, RECORD)
    for name, values in (usual | columns).items():
        records[name] = values
    return View(
        records=records,
        brands=("", "가", "나"),
        paths={1: "여성", 2: "여성/상의", 3: "여성복"},
        read=lambda ids, revisions: [held(id_ - 100) for id_ in ids],
    )


def held(n):
    return Held(None, {"tags": ["세일", "겨울"][: n % 3], "new": n % 2 == 0}, 0)


VIEW = view()


def rule(*rows, do="exclude", join="all", page="product", id_=1, links=None, **then):
    told = definition.check({"if": {join: list(rows)}, "then": {"do": do, **then}}, page)
    return Standing(id=id_, definition=told, links=links)


def ruled(*rules, compared=(), segments=(), scores=None, links=None, size=SIZE):
    context = Context(
        compared=np.array(compared, np.int64),
        compared_rows=np.zeros(len(compared), np.int64),
        segments=[frozenset(segments)],
    )
    scores = np.arange(size, 0, -1.0) if scores is None else np.array(scores)
    candidates = Candidates.of_one(VIEW.ids[:size], scores)
    if links is not None:
        candidates = replace(candidates, links=links)
    return RuleSet(rules).apply(VIEW, NOW, context, candidates)


def meant(*rows, join="all", **asked):
    """The places that conditions mean."""
    left = ruled(rule(*rows, join=join), **asked).order
    return sorted(set(range(SIZE)) - set(left.tolist()))


SALE = {"type": "attribute", "attribute": "tags", "value": "세일"}
SAME = {"type": "alike", "what": "category"}
VIP = {"type": "segment", "segment_id": 7}
CHEAP = {"type": "price", "most": 2_000}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"type": "category", "category": "여성"}, [1, 2, 5, 6, 9, 10]),
        ({"type": "category", "category": "여성", "operator": "equals"}, [1, 5, 9]),
        ({"type": "category", "category": "남성"}, []),
        ({"type": "brand", "brand": "나"}, [2, 5, 8, 11]),
        ({"type": "price", "least": 3_000, "most": 5_000}, [3, 4, 5]),
        (CHEAP, [0, 1, 2]),
        ({"type": "stock", "most": 2}, [1, 2, 3]),
        ({"type": "discount", "percent": 25}, [1, 3]),
        ({"type": "new", "days": 2}, [0, 1]),
        (SALE, [1, 2, 4, 5, 7, 8, 10, 11]),
        ({"type": "attribute", "attribute": "new", "value": "false"}, [1, 3, 5, 7, 9, 11]),
    ],
)
def test_a_condition_means_these_products(row, found):
    assert meant(row) == found


def test_conditions_hold_all_or_any():
    brand = {"type": "brand", "brand": "가"}
    assert meant(CHEAP, brand) == [1]
    assert meant(CHEAP, brand, join="any") == [0, 1, 2, 4, 7, 10]


def test_a_product_is_compared_with_the_one_looked_at_or_those_in_the_cart():
    assert meant(SAME, compared=[1]) == [1, 5, 9]
    assert meant({**SAME, "operator": "other"}, compared=[1, 2]) == [0, 3, 4, 7, 8, 11]
    tags = {"type": "alike", "what": "attribute", "attribute": "tags"}
    assert meant(tags, compared=[1]) == [1, 4, 7, 10]


@pytest.mark.parametrize("do", ["exclude", "only"])
@pytest.mark.parametrize(
    ("rows", "join"),
    [([SAME], "all"), ([SAME, CHEAP], "all"), ([VIP], "any"), ([VIP, CHEAP], "all")],
)
def test_a_rule_that_has_nothing_to_say_changes_nothing(rows, join, do):
    """No product is looked at whose category is known; the customer is in another segment."""
    found = ruled(rule(*rows, join=join, do=do), compared=[0], segments=[8])
    assert found.order.tolist() == list(range(SIZE))
    assert not found.touched.any()


def test_a_segment_opens_a_rule_for_its_customers():
    assert meant(VIP, CHEAP, segments=[7]) == [0, 1, 2]
    assert meant(VIP, CHEAP, join="any", segments=[7]) == list(range(SIZE))
    assert meant(VIP, CHEAP, join="any") == [0, 1, 2]


def test_only_rules_leave_what_all_of_them_want():
    brand = {"type": "brand", "brand": "나"}
    found = ruled(rule(SALE, do="only"), rule(brand, do="only", id_=2))
    assert found.order.tolist() == [2, 5, 8, 11]
    assert found.by(np.array([1, 0])) == [{2}, {1, 2}]


def test_of_two_rules_for_one_place_the_earlier_has_it():
    brand = {"type": "brand", "brand": "나"}
    first = rule(SALE, do="pin", slot=3)
    second = rule(brand, do="pin", slot=3, id_=2)
    assert ruled(first, second).order[:3].tolist() == [0, 2, 1]
    assert ruled(second, first).order[:3].tolist() == [0, 1, 2]
    assert not ruled(first, second).touched[1].any()


def test_a_place_behind_the_last_product_is_the_last():
    assert ruled(rule(SALE, do="pin", slot=12), size=3).order.tolist() == [0, 2, 1]


def test_a_factor_above_one_helps_below_zero_and_between_equals():
    brand = {"type": "brand", "brand": "나"}
    better = rule(brand, do="boost", factor=3)
    assert ruled(better, scores=[-1.0, -2.0, -2.1], size=3).order.tolist() == [2, 0, 1]
    assert ruled(better, scores=[0.0] * 3, size=3).order.tolist() == [2, 0, 1]


def test_a_rule_of_a_backup_touches_what_that_proposed_and_a_boost_moves_nothing_across():
    links = np.array([0] * 6 + [1] * 6)
    found = ruled(rule(CHEAP, links=frozenset({1})), links=links)
    assert len(found.order) == SIZE
    found = ruled(rule({"type": "brand", "brand": "나"}, do="boost", factor=10), links=links)
    assert found.order.tolist() == [2, 5, 0, 1, 3, 4, 8, 11, 6, 7, 9, 10]


ROWS = st.sampled_from([SALE, SAME, VIP, CHEAP, {"type": "new", "days": 3}])
THEN = st.one_of(
    st.just({"do": "exclude"}),
    st.just({"do": "only"}),
    st.builds(lambda factor: {"do": "boost", "factor": factor}, st.sampled_from([0.1, 0.5, 4])),
    st.builds(lambda slot: {"do": "pin", "slot": slot}, st.integers(1, 5)),
)
RULES = st.lists(
    st.builds(
        lambda rows, join, then: {"if": {join: rows}, "then": then},
        st.lists(ROWS, min_size=1, max_size=3),
        st.sampled_from(["all", "any"]),
        THEN,
    ),
    max_size=6,
).map(
    lambda told: [
        Standing(id=n, definition=definition.check(each, "product"))
        for n, each in enumerate(told, 1)
    ]
)
ASKED = st.fixed_dictionaries(
    {
        "compared": st.lists(st.integers(0, SIZE - 1), max_size=2),
        "segments": st.sampled_from([(), (7,)]),
    }
)


def do(each):
    return each.definition["then"]["do"]


@given(RULES, ASKED)
def test_what_a_rule_leaves_out_is_out_whatever_else_says(rules, asked):
    found = ruled(*rules, **asked)
    for n, id_ in enumerate(found.rules):
        if do(rules[id_ - 1]) in ("exclude", "only"):
            assert not found.touched[n][found.order].any()
    assert len(set(found.order.tolist())) == len(found.order)


@given(RULES, ASKED)
def test_pins_hold_their_places_as_long_as_others_fill_those_before(rules, asked):
    found = ruled(*rules, **asked)
    held = {
        rules[id_ - 1].definition["then"]["slot"]: int(np.flatnonzero(found.touched[n])[0])
        for n, id_ in enumerate(found.rules)
        if do(rules[id_ - 1]) == "pin" and found.touched[n].any()
    }
    order = found.order.tolist()
    assert [each for each in order if each in held.values()] == [held[s] for s in sorted(held)]
    for before, slot in enumerate(sorted(held)):
        if slot - 1 - before <= len(order) - len(held):
            assert order[slot - 1] == held[slot]


@given(RULES, ASKED, st.data())
def test_without_a_rule_only_what_it_touched_moves(rules, asked, data):
    """What a pin holds aside: with one candidate more or less it may hold another."""
    if not rules:
        return
    gone = data.draw(st.sampled_from(rules))
    before = ruled(*rules, **asked)
    after = ruled(*(each for each in rules if each is not gone), **asked)
    pins = {each.id for each in rules if do(each) == "pin"} | {gone.id}
    every = np.arange(SIZE)
    touched = [one | other for one, other in zip(before.by(every), after.by(every), strict=True)]
    still = [n for n in range(SIZE) if not touched[n] & pins]

    def rest(found):
        return [n for n in found.order.tolist() if n in still]

    assert rest(before) == rest(after)


LISTS = st.lists(
    st.tuples(st.permutations(range(SIZE)), st.integers(0, SIZE), st.integers(0, SIZE), ASKED),
    min_size=1,
    max_size=4,
)


@given(RULES, LISTS, st.sampled_from([{}, {0: 2}, {0: 1, 1: 3}]))
def test_many_answers_at_once_are_ruled_as_each_alone(rules, lists, slots):
    """Each has some products of one model, then some of a second."""

    def candidates(rows):
        parts = [
            (row, place, 1.0 - n / 100, int(n >= first))
            for row, (places, first, size, _) in rows
            for n, place in enumerate(places[:size])
        ]
        rows_, places, scores, links = (
            np.array([part[n] for part in parts], np.float64 if n == 2 else np.int64)
            for n in range(4)
        )
        return Candidates(rows_, places, VIEW.ids[places], scores, links, links)

    def apply(rows):
        compared = [(row, place) for row, told in rows for place in told[3]["compared"]]
        compared_rows, places = np.array(compared, np.int64).reshape(-1, 2).T
        context = Context(
            compared=places,
            compared_rows=compared_rows,
            segments=[frozenset(told[3]["segments"]) for _, told in rows],
        )
        return RuleSet(rules).apply(VIEW, NOW, context, given := candidates(rows), slots), given

    together, given_ = apply(list(enumerate(lists)))
    for row, told in enumerate(lists):
        alone, _ = apply([(0, told)])
        begin = int(given_.rows.searchsorted(row))
        mine = together.order[given_.rows[together.order] == row] - begin
        assert mine.tolist() == alone.order.tolist()
        part = slice(begin, begin + len(alone.dropped))
        assert (together.touched[:, part] == alone.touched).all()
        assert together.scores[part].tolist() == alone.scores.tolist()


def test_what_changed_is_judged_anew():
    cheap = RuleSet([rule(CHEAP)])

    def left(view):
        nothing = np.zeros(0, np.int64)
        context = Context(compared=nothing, compared_rows=nothing)
        return cheap.apply(view, NOW, context, Candidates.of_one(view.ids)).order.tolist()

    assert left(VIEW) == list(range(3, SIZE))
    prices = [1_000 * n for n in range(SIZE)]
    dearer = view(
        price=[9_000, *prices[1:5], 100, *prices[6:]], revision=[1] + [0] * 4 + [1] + [0] * 6
    )
    assert left(replace(dearer, paths=VIEW.paths)) == [0, 3, 4, 6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ([], ""),
        ({"if": {"all": []}, "then": {"do": "exclude"}}, "if.all"),
        ({"if": {"all": [CHEAP], "any": [CHEAP]}, "then": {"do": "exclude"}}, "if"),
        ({"if": {"all": [CHEAP, {"type": "x"}]}, "then": {"do": "only"}}, "if.all[1].type"),
        ({"if": {"any": [{"type": "price"}]}, "then": {"do": "only"}}, "if.any[0].least"),
        ({"if": {"all": [{**CHEAP, "least": 3_000}]}, "then": {"do": "only"}}, "if.all[0].most"),
        ({"if": {"all": [{**CHEAP, "x": 1}]}, "then": {"do": "only"}}, "if.all[0].x"),
        ({"if": {"all": [SAME]}, "then": {"do": "only"}}, "if.all[0]"),
        ({"if": {"all": [{**SAME, "what": "attribute"}]}, "then": {"do": "only"}}, None),
        ({"if": {"all": [CHEAP]}, "then": {"do": "hide"}}, "then.do"),
        ({"if": {"all": [CHEAP]}, "then": {"do": "exclude", "slot": 1}}, "then.slot"),
        ({"if": {"all": [CHEAP]}, "then": {"do": "pin", "slot": 13}}, "then.slot"),
        ({"if": {"all": [CHEAP]}, "then": {"do": "pin", "slot": True}}, "then.slot"),
        ({"if": {"all": [CHEAP]}, "then": {"do": "boost", "factor": 11}}, "then.factor"),
        (
            {"if": {"all": [CHEAP]}, "then": {"do": "boost", "factor": float("nan")}},
            "then.factor",
        ),
        (
            {
                "if": {"all": [{"type": "category", "category": "여성 / 상의"}]},
                "then": {"do": "only"},
            },
            "if.all[0].category",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_path(told, path):
    with pytest.raises(InvalidInput) as refused:
        definition.check(told, "main")
    if path is not None:
        assert list(refused.value.errors) == [path]


def test_a_rule_reads_as_a_sentence():
    told = definition.check(
        {
            "if": {"any": [{"type": "category", "category": "세일", "operator": "equals"}, VIP]},
            "then": {"do": "exclude"},
        },
        "main",
    )
    said = definition.describe(told, {7: "단골"})
    assert said.ko == "IF 상품 카테고리 = 세일 또는 고객 세그먼트 = 단골 THEN 추천에서 제외"
    assert said.en == "IF product category = 세일 or customer segment = 단골 THEN leave out"
