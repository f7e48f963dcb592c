"""Content that is put together out of blocks, such as a mail's: fields for schemas.

A block is a JSON object whose ``type`` names its kind; the rest is what the kind's schema says. One
definition validates, draws the editor and documents, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from growthcore.api.schema import ParamsSchema, TemplateField
from growthcore.api.text import Text

Blocks = Sequence[Mapping[str, Any]]
"""Blocks as their schemas loaded them, each with its ``type``."""


@dataclass(frozen=True, kw_only=True)
class BlockKind:
    """A kind of block: what it is called, and what it is made of. ``icon`` is one of the admin's."""

    title: Text
    schema: type[ParamsSchema]
    icon: str = "package"


class BlocksField(fields.Field[Blocks]):
    """A list of at most ``most`` blocks, each of one of ``kinds`` (by the name their ``type`` has).

    ``source`` names the field of the same schema that may be written by hand instead, and ``write``
    makes that field's text of the blocks: for those who go on by hand.
    """

    def __init__(
        self,
        kinds: Mapping[str, BlockKind],
        *,
        most: int = 60,
        source: str | None = None,
        write: Callable[[Blocks], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kinds, self.most, self.source, self.write = kinds, most, source, write
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Blocks:
        if not isinstance(value, list):
            raise ValidationError("Give the blocks as a list in JSON.")
        if len(value) > self.most:
            raise ValidationError(f"At most {self.most} blocks fit in here.")
        loaded, wrong = [], {}
        for place, block in enumerate(value):
            try:
                loaded.append(self._load(block))
            except ValidationError as error:
                wrong[place] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return loaded

    def _load(self, block: Any) -> Mapping[str, Any]:
        name = block.get("type") if isinstance(block, Mapping) else None
        if not isinstance(name, str) or name not in self.kinds:
            known = ", ".join(self.kinds)
            raise ValidationError({"type": [f"A block has a type, one of: {known}."]})
        rest = {key: value for key, value in block.items() if key != "type"}
        loaded: Mapping[str, Any] = self.kinds[name].schema().load(rest)
        return {"type": name, **loaded}


class RichText(TemplateField):
    """Formatted text as a fragment of HTML, in which ``#{NAME}`` stands for a variable.

    What is not allowed in it is for the channel to take out when it loads.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(multiline=True, **kwargs)


class ImageAddress(TemplateField):
    """The address of an image; in the admin one can be uploaded or chosen."""


class Colour(fields.String):
    """A colour such as ``#0b6e5f``."""

    def __init__(self, **kwargs: Any) -> None:
        told = "Give a colour as #RRGGBB, such as #0b6e5f."
        super().__init__(validate=validate.Regexp(r"^#[0-9a-fA-F]{6}\Z", error=told), **kwargs)


class ModelField(fields.String):
    """The slug of a recommendation model; the admin offers those there are."""

    def __init__(self, **kwargs: Any) -> None:
        told = "Name a recommendation model by its small letters, digits and dashes."
        slug = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,49}\Z", error=told)
        super().__init__(validate=slug, **kwargs)
