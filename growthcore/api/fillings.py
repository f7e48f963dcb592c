"""What stands in place of the variables of a provider's template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from growthcore.api.schema import ParamsSchema, TemplateField, labelled
from growthcore.api.text import Text


class Filling(ParamsSchema):
    """What stands in place of one variable of the template."""

    variable = fields.String(
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata=labelled(Text("템플릿 변수", "Variable of the template")),
    )
    text = TemplateField(
        load_default="",
        validate=validate.Length(max=1000),
        metadata=labelled(Text("채울 값", "Text")),
    )


class Fillings(fields.Nested):
    """Texts by variable of the template that the field ``of`` names: ``{"고객명": "#{NAME}"}``.

    Also takes them as rows, ``[{"variable": "고객명", "text": "#{NAME}"}]``, as a form sends them: one for
    each of the template's :meth:`~growthcore.api.Channel.variables_of`.
    """

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        super().__init__(Filling, many=True, **kwargs)
        self.of = of

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, Mapping):
            value = [{"variable": name, "text": text} for name, text in value.items()]
        rows = super()._deserialize(value, *args, **kwargs)
        texts = {_bare(row["variable"]): row["text"] for row in rows}
        if len(texts) < len(rows):
            raise ValidationError("Name each variable of the template once.")
        return texts


def _bare(name: str) -> str:
    """The variable's name, also where it was entered with its braces."""
    return name.removeprefix("#{").removesuffix("}") if name.startswith("#{") else name
