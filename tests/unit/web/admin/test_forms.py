"""Forms of schemas, as browsers send them."""

import pytest
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from growthcore.api import ParamsSchema, PropertyFilterSchema, Text, labelled
from growthcore.plugins.forms import form
from growthcore.web.admin.forms import read

LABEL = labelled(Text("이름", "Name"))


class Params(ParamsSchema):
    filters = fields.List(fields.Nested(PropertyFilterSchema, metadata=LABEL), metadata=LABEL)


def filters(**posted):
    found = read(form(Params), MultiDict({f"filters-{key}": each for key, each in posted.items()}))
    return found["filters"]


def test_rows_are_read_in_order_and_the_untouched_one_is_none():
    posted = {
        "0.property": "city", "0.operator": "=", "0.value": "서울",
        "2.property": "zip", "2.operator": "=", "2.value": "06236",
        "3.property": "", "3.operator": "=", "3.value": "",
    }  # fmt: skip
    assert filters(**posted) == [
        {"property": "city", "operator": "=", "value": "서울"},
        {"property": "zip", "operator": "=", "value": "06236"},
    ]


@pytest.mark.parametrize(("operator", "value"), [("in", ["a", 3]), ("contains", "a, 3")])
def test_a_list_is_read_where_the_operator_wants_one(operator, value):
    posted = {"0.property": "x", "0.operator": operator, "0.value": "a, 3"}
    assert filters(**posted)[0]["value"] == value
