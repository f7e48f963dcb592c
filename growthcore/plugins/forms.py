"""A schema as the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, missing, validate

from growthcore.api.blocks import BlocksField, Colour, ImageAddress, ModelField, RichText
from growthcore.api.files import FilesField
from growthcore.api.fillings import Fillings
from growthcore.api.filters import ValueField
from growthcore.api.schema import (
    ConnectionField,
    DurationField,
    EventName,
    MessagesField,
    OwnerSwitch,
    Secret,
    SenderField,
    ServerPath,
    TemplateCode,
    TemplateField,
    WindowField,
)
from growthcore.api.text import Text
from growthcore.plugins.choices import Choices

_OF_DATABASE: Mapping[type[fields.Field[Any]], str] = {
    ConnectionField: "connection",
    SenderField: "sender",
    TemplateCode: "provider_template",
}
_KINDS: Mapping[type[fields.Field[Any]], str] = {
    **_OF_DATABASE,
    Secret: "secret",
    ServerPath: "path",
    RichText: "rich",
    FilesField: "files",
    ImageAddress: "image",
    TemplateField: "template",
    BlocksField: "blocks",
    Colour: "colour",
    ModelField: "model",
    EventName: "event",
    WindowField: "window",
    DurationField: "duration",
    Fillings: "fillings",
    MessagesField: "messages",
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
    and ``rows`` repeat. The choices of a ``connection`` (to ``provider``), a ``sender`` and a
    ``provider_template`` lie in the database; ``unusable`` are those that may only be looked at.
    ``minimum`` and ``maximum`` bound a number, or the length of a text or list, or how many ``files``.
    ``default`` is JSON. ``owner_only`` is what reaches into the server. ``fields`` are those of a
    ``group`` or of each of the ``rows`` and ``fillings``, ``item`` the one of a ``list``. ``kinds`` are
    those of ``blocks``. ``source`` is the field that may be written by hand instead of blocks, or that
    names the template of ``fillings``.
    """

    name: str
    kind: str
    label: Text
    help: Text | None = None
    required: bool = False
    choices: Sequence[tuple[Any, Text]] = ()
    unusable: Sequence[tuple[Any, Text]] = ()
    provider: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    secret: bool = False
    owner_only: bool = False
    multiline: bool = False
    default: Any = None
    fields: Sequence[FieldView] = ()
    item: FieldView | None = None
    kinds: Sequence[BlockView] = ()
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class BlockView:
    """A kind of block that a ``blocks`` field takes, with the fields it is made of."""

    type: str
    title: Text
    icon: str
    fields: Sequence[FieldView]


def form(schema: Schema | type[Schema], choices: Choices = lambda _: ()) -> list[FieldView]:
    """The fields of a schema, in order; ``choices`` tells those that lie in the database.

    What a channel fills in by itself (``labelled(…, automatic=True)``) is not among them. Raises
    ``TypeError`` for a type without a widget.
    """
    instance = schema() if isinstance(schema, type) else schema
    return [
        _view(name, field, choices)
        for name, field in instance.load_fields.items()
        if not field.metadata.get("automatic")
    ]


def _view(name: str, field: fields.Field[Any], choices: Choices) -> FieldView:
    fixed = _choices(field)
    kept = choices(field) if isinstance(field, tuple(_OF_DATABASE)) else ()
    minimum, maximum = _bounds(field)
    return FieldView(
        name=field.data_key or name,
        kind="select" if fixed else _kind(name, field),
        label=field.metadata.get("label") or Text(name, name),
        help=field.metadata.get("help"),
        required=field.required,
        choices=fixed or [(each.value, _same(each.label)) for each in kept if not each.unusable],
        unusable=[
            (each.value, _marked(each.label, each.unusable)) for each in kept if each.unusable
        ],
        provider=field.provider if isinstance(field, ConnectionField) else None,
        minimum=minimum,
        maximum=maximum,
        secret=isinstance(field, Secret),
        owner_only=isinstance(field, ServerPath | OwnerSwitch),
        multiline=getattr(field, "multiline", False),
        default=_default(field),
        fields=form(field.schema, choices) if isinstance(field, fields.Nested) else (),
        item=_view(name, field.inner, choices) if isinstance(field, fields.List) else None,
        kinds=_block_kinds(field, choices) if isinstance(field, BlocksField) else (),
        source=_source(field),
    )


def _source(field: fields.Field[Any]) -> str | None:
    if isinstance(field, Fillings):
        return field.of
    return field.source if isinstance(field, BlocksField) else None


def _block_kinds(field: BlocksField, choices: Choices) -> list[BlockView]:
    return [
        BlockView(type=name, title=kind.title, icon=kind.icon, fields=form(kind.schema, choices))
        for name, kind in field.kinds.items()
    ]


def _same(label: str) -> Text:
    return Text(label, label)


def _marked(label: str, why: Text) -> Text:
    return Text(f"{label} ({why.ko})", f"{label} ({why.en})")


def _kind(name: str, field: fields.Field[Any]) -> str:
    kind = next((_KINDS[cls] for cls in type(field).__mro__ if cls in _KINDS), None)
    if kind is None:
        raise TypeError(
            f"{name}: a form has no widget for {type(field).__name__}; "
            "derive it from a field that has one"
        )
    return "rows" if kind == "group" and getattr(field, "many", False) else kind


def _choices(field: fields.Field[Any]) -> list[tuple[Any, Text]]:
    """The allowed values; ``labelled(…, choices={value: Text})`` says how they are shown."""
    labels = field.metadata.get("choices", {})
    for each in field.validators:
        if isinstance(each, validate.OneOf):
            shown = dict(zip(each.choices, each.labels, strict=False))
            return [
                (value, labels.get(value) or _same(str(shown.get(value, value))))
                for value in each.choices
            ]
    return []


def _bounds(field: fields.Field[Any]) -> tuple[float | None, float | None]:
    if isinstance(field, FilesField):
        return 0, field.most
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
