"""Reading definitions: what fits becomes a tree, what does not is told by its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields, validate

from growthcore.api import Condition, InvalidInput, Members, ParamsSchema, Text
from growthcore.segments.definition import DEPTH, LEAVES, Group, Leaf, Not, describe, leaves, parse
from growthcore.testing.fakes import context_for


class Bought(Condition):
    id, title = "bought", Text("구매", "Bought")

    class Params(ParamsSchema):
        count = fields.Integer(strict=True, required=True, validate=validate.Range(1))
        colors = fields.List(fields.String())

    def members(self, query, params):
        return Members(None)

    def describe(self, params):
        return Text(f"{params['count']}회 구매", f"bought {params['count']} times")


CONDITIONS = {"bought": Bought(context_for(Bought))}


def bought(count=1):
    return {"condition": "bought", "params": {"count": count}}


def errors(definition):
    with pytest.raises(InvalidInput) as refused:
        parse(definition, CONDITIONS)
    return refused.value.errors


def sentence(definition):
    text = describe(parse(definition, CONDITIONS))
    return text.ko, text.en


def test_a_tree_keeps_its_shape_and_loads_params_by_the_schema():
    tree = parse({"all": [bought(1), {"not": {"any": [bought(2)]}}]}, CONDITIONS)
    assert isinstance(tree, Group)
    assert isinstance(tree.children[1], Not)
    assert [leaf.path for leaf in leaves(tree)] == ["all[0]", "all[1].not.any[0]"]
    assert [leaf.params for leaf in leaves(tree)] == [{"count": 1}, {"count": 2}]


def test_one_condition_is_a_whole_segment():
    leaf = parse(bought(3), CONDITIONS)
    assert isinstance(leaf, Leaf)
    assert leaf.path == ""


def test_everything_wrong_is_told_at_once_by_its_place():
    wrong = {"all": [bought(0), {"not": bought("x")}, {"any": []}, {"condition": "bougth"}, 7]}
    found = errors(wrong)
    assert set(found) == {
        "all[0].params.count",
        "all[1].not.params.count",
        "all[2].any",
        "all[3].condition",
        "all[4]",
    }


def test_an_unknown_condition_says_what_there_is_and_what_was_meant():
    assert errors({"condition": "bougth"}) == {
        "condition": "There is no condition 'bougth'. Did you mean 'bought'? There are: bought."
    }


@pytest.mark.parametrize(
    ("definition", "place"),
    [
        (None, ""),
        ([], ""),
        ("all", ""),
        ({}, ""),
        ({"all": [bought()], "any": [bought()]}, ""),
        ({"all": [bought()], "name": "x"}, ""),
        ({"condition": "bought", "parms": {}}, ""),
        ({"all": []}, "all"),
        ({"any": []}, "any"),
        ({"all": {}}, "all"),
        ({"not": None}, "not"),
        ({"condition": None}, "condition"),
        ({"condition": ["bought"]}, "condition"),
        ({"condition": "bought", "params": []}, "params"),
        ({"condition": "bought"}, "params.count"),
        ({"condition": "bought", "params": {"count": 1, "size": 1}}, "params.size"),
        (
            {"condition": "bought", "params": {"count": 1, "colors": ["a", "\x00"]}},
            "params.colors[1]",
        ),
        ({"condition": "bought", "params": {"count": 1, "colors": ["\ud800"]}}, "params.colors[0]"),
    ],
)
def test_what_does_not_fit_is_told_where_it_stands(definition, place):
    assert list(errors(definition)) == [place]


def nested(depth):
    return bought() if depth == 1 else {"not": nested(depth - 1)}


def test_ten_levels_are_taken_and_eleven_are_not():
    parse(nested(DEPTH), CONDITIONS)
    assert "10 deep" in "".join(errors(nested(DEPTH + 1)).values())


def test_a_hundred_conditions_are_taken_and_one_more_is_not():
    parse({"any": [bought()] * LEAVES}, CONDITIONS)
    assert errors({"any": [bought()] * (LEAVES + 1)}) == {
        "": "A segment has at most 100 conditions, not 101."
    }


def test_params_nested_beyond_sense_are_refused():
    deep = []
    for _ in range(900):
        deep = [deep]
    (place,) = errors({"condition": "bought", "params": {"count": deep}})
    assert place.startswith("params.count[0]")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["all", "any", "not", "condition", "params", "count"]), inner
        ),
    ),
    max_leaves=15,
)


@given(json)
def test_any_json_is_a_tree_or_a_list_of_what_is_wrong(value):
    try:
        found = list(leaves(parse(value, CONDITIONS)))
    except InvalidInput as error:
        found = list(error.errors.values())
    assert all(found)
    assert found


def test_the_sentence_joins_conditions_as_they_are_joined():
    definition = {"all": [bought(1), {"any": [bought(2), bought(3)]}, {"not": bought(4)}]}
    assert sentence(definition) == (
        "1회 구매 그리고 (2회 구매 또는 3회 구매) 그리고 다음을 제외: (4회 구매)",
        "bought 1 times and (bought 2 times or bought 3 times) and not (bought 4 times)",
    )
