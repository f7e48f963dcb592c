"""A schema as the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, missing, validate

from growthcore.api.filters import ValueField
from growthcore.api.schema import (
    DurationField,
    EventName,
    OwnerSwitch,
    Secret,
    ServerPath,
    TemplateField,
    WindowField,
)
from growthcore.api.text import Text

_KINDS: Mapping[type[fields.Field[Any]], str] = {
    Secret: "secret",
    ServerPath: "path",
    TemplateField: "template",
    EventName: "event",
    WindowField: "window",
    DurationField: "duration",
    ValueField: "value",
    fields.Boolean: "checkbox",
    fields.Integer: "integer",
    fields.Float: "number",
    fields.Decimal: "number",
    fields.Email: "email",
    fields.Url: "url",
    fields.Date: "date",
    fields.Time: "time",
    fields.DateTime: "datetime",
    fields.String: "text",
    fields.List: "list",
    fields.Nested: "group",
}


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One field of a form.

    ``kind`` names the widget; ``select`` when there are ``choices`` (value and label), and ``list``
    and ``rows`` repeat. ``minimum`` and ``maximum`` bound a number, or the length of a text or list.
    ``default`` is JSON. ``owner_only`` is what reaches into the server. ``fields`` are those of a
    ``group`` or of each of the ``rows``, ``item`` the one of a ``list``.
    """

    name: str
    kind: str
    label: Text
    help: Text | None = None
    required: bool = False
    choices: Sequence[tuple[Any, Text]] = ()
    minimum: float | None = None
    maximum: float | None = None
    secret: bool = False
    owner_only: bool = False
    multiline: bool = False
    default: Any = None
    fields: Sequence[FieldView] = ()
    item: FieldView | None = None


def form(schema: Schema | type[Schema]) -> list[FieldView]:
    """The fields of a schema, in order. Raises ``TypeError`` for a type without a widget."""
    instance = schema() if isinstance(schema, type) else schema
    return [_view(name, field) for name, field in instance.load_fields.items()]


def _view(name: str, field: fields.Field[Any]) -> FieldView:
    choices = _choices(field)
    minimum, maximum = _bounds(field)
    return FieldView(
        name=field.data_key or name,
        kind="select" if choices else _kind(name, field),
        label=field.metadata.get("label") or Text(name, name),
        help=field.metadata.get("help"),
        required=field.required,
        choices=choices,
        minimum=minimum,
        maximum=maximum,
        secret=isinstance(field, Secret),
        owner_only=isinstance(field, ServerPath | OwnerSwitch),
        multiline=getattr(field, "multiline", False),
        default=_default(field),
        fields=form(field.schema) if isinstance(field, fields.Nested) else (),
        item=_view(name, field.inner) if isinstance(field, fields.List) else None,
    )


def _kind(name: str, field: fields.Field[Any]) -> str:
    kind = next((_KINDS[cls] for cls in type(field).__mro__ if cls in _KINDS), None)
    if kind is None:
        raise TypeError(
            f"{name}: a form has no widget for {type(field).__name__}; "
            "derive it from a field that has one"
        )
    return "rows" if isinstance(field, fields.Nested) and field.many else kind


def _choices(field: fields.Field[Any]) -> list[tuple[Any, Text]]:
    """The allowed values; ``labelled(…, choices={value: Text})`` says how they are shown."""
    labels = field.metadata.get("choices", {})
    for each in field.validators:
        if isinstance(each, validate.OneOf):
            shown = dict(zip(each.choices, each.labels, strict=False))
            return [
                (value, labels.get(value) or Text(*[str(shown.get(value, value))] * 2))
                for value in each.choices
            ]
    return []


def _bounds(field: fields.Field[Any]) -> tuple[float | None, float | None]:
    for each in field.validators:
        if isinstance(each, validate.Range | validate.Length):
            equal = getattr(each, "equal", None)
            return (equal, equal) if equal is not None else (each.min, each.max)
    return None, None


def _default(field: fields.Field[Any]) -> Any:
    default = field.load_default
    if default is missing or isinstance(field, Secret):
        return None
    return field.serialize("value", {"value": default() if callable(default) else default})
