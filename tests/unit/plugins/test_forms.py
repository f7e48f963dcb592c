from __future__ import annotations

from datetime import timedelta

import pytest
from marshmallow import fields, validate

from growthcore.api import (
    ConfigSchema,
    ConnectionField,
    DurationField,
    EventName,
    PropertyFilterSchema,
    Secret,
    SenderField,
    TemplateField,
    Text,
    WindowField,
    labelled,
)
from growthcore.plugins.choices import Choice
from growthcore.plugins.forms import FieldView, form

LABEL = Text("이름", "Name")


class Everything(ConfigSchema):
    host = fields.String(required=True, metadata=labelled(LABEL, Text("도움", "Help")))
    port = fields.Integer(
        load_default=587, validate=validate.Range(1, 65535), metadata=labelled(LABEL)
    )
    password = Secret(load_default="never shown", metadata=labelled(LABEL))
    tls = fields.String(
        validate=validate.OneOf(["none", "start"]),
        metadata=labelled(LABEL, choices={"none": Text("없음", "None")}),
    )
    body = TemplateField(multiline=True, validate=validate.Length(max=90), metadata=labelled(LABEL))
    event = EventName(metadata=labelled(LABEL))
    within = WindowField(metadata=labelled(LABEL))
    delay = DurationField(load_default=timedelta(hours=1), metadata=labelled(LABEL))
    tags = fields.List(fields.String(), validate=validate.Length(max=3), metadata=labelled(LABEL))
    filters = fields.List(fields.Nested(PropertyFilterSchema), metadata=labelled(LABEL))
    rows = fields.Nested(PropertyFilterSchema, many=True, metadata=labelled(LABEL))
    on = fields.Boolean(data_key="switched-on", load_default=lambda: True)


@pytest.fixture
def views() -> dict[str, FieldView]:
    return {view.name: view for view in form(Everything)}


def test_every_field_has_the_widget_of_its_type(views):
    assert {name: view.kind for name, view in views.items()} == {
        "host": "text",
        "port": "integer",
        "password": "secret",
        "tls": "select",
        "body": "template",
        "event": "event",
        "within": "window",
        "delay": "duration",
        "tags": "list",
        "filters": "list",
        "rows": "rows",
        "switched-on": "checkbox",
    }


def test_label_help_and_requirement_come_from_the_field(views):
    assert (views["host"].label, views["host"].help, views["host"].required) == (
        LABEL,
        Text("도움", "Help"),
        True,
    )


def test_bounds_come_from_validators(views):
    assert (views["port"].minimum, views["port"].maximum) == (1, 65535)
    assert (views["body"].minimum, views["body"].maximum) == (None, 90)


def test_choices_have_labels(views):
    assert views["tls"].choices == [
        ("none", Text("없음", "None")),
        ("start", Text("start", "start")),
    ]


def test_defaults_are_json(views):
    assert views["port"].default == 587
    assert views["delay"].default == {"hours": 1}
    assert views["switched-on"].default is True


def test_a_secret_never_shows_a_default(views):
    assert views["password"].secret
    assert views["password"].default is None


def test_what_repeats_tells_what_of(views):
    assert views["tags"].item.kind == "text"
    assert [field.name for field in views["rows"].fields] == ["property", "operator", "value"]
    assert next(field.name for field in views["filters"].item.fields) == "property"


def test_a_field_without_a_widget_is_refused_by_name():
    class Strange(ConfigSchema):
        thing = fields.Raw()

    with pytest.raises(TypeError, match="thing: a form has no widget for Raw"):
        form(Strange)


class Kept(ConfigSchema):
    shop = ConnectionField("mall", metadata=labelled(LABEL))
    sender = SenderField(metadata=labelled(LABEL))
    plain = fields.String(metadata=labelled(LABEL))


def test_what_lies_in_the_database_is_offered_as_it_is_found_there():
    found = [
        Choice(value=1, label="하나"),
        Choice(value=2, label="둘", unusable=Text("대기", "Off")),
    ]
    shop, sender, plain = form(Kept, lambda field: found)
    assert (shop.kind, shop.provider) == ("connection", "mall")
    assert shop.choices == [(1, Text("하나", "하나"))]
    assert sender.unusable == [(2, Text("둘 (대기)", "둘 (Off)"))]
    assert (plain.kind, plain.choices) == ("text", [])
