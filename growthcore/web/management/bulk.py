"""Lists in which every item stands for itself: the good ones are taken, the bad ones answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from growthcore.api.schema import flatten
from growthcore.sources.writing import REJECTED, Written

MOST_ITEMS = 1_000


@dataclass(frozen=True)
class Misfit:
    """An item that does not fit its schema, with what is wrong by path."""

    errors: Mapping[str, str]


class Items(fields.List[Any]):
    """A list of up to 1,000 objects; one that does not fit its schema becomes a :class:`Misfit`."""

    def __init__(self, item: type[Schema]) -> None:
        super().__init__(
            fields.Nested(item),
            required=True,
            validate=validate.Length(min=1, max=MOST_ITEMS),
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) > MOST_ITEMS:
            return value  # its length is refused next; reading them all would be for nothing
        return [self._read(item) for item in value]

    def _read(self, item: Any) -> Any:
        try:
            return self.inner.deserialize(item)
        except ValidationError as error:
            return Misfit(flatten(error.messages))


class Bulk(Schema):
    """Base of the bodies of bulk calls."""

    class Meta:
        unknown = RAISE


class ItemResult(Schema):
    """What became of one item of a bulk call."""

    index = fields.Integer(metadata={"description": "Its place in the list, from 0."})
    status = fields.String()
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.String())


class BulkAnswer(Schema):
    """An answer for every item, in the order they came."""

    results = fields.List(fields.Nested(ItemResult))


def result(index: int, written: Written) -> dict[str, Any]:
    """What became of an item."""
    told = {"code": written.code, "errors": dict(written.errors)} if written.code else {}
    return {"index": index, "status": written.status, **told}


def split(items: Sequence[Any]) -> tuple[dict[int, Any], list[dict[str, Any]]]:
    """The items that fit, by their place in the list, and the results of those that do not."""
    fit = {index: item for index, item in enumerate(items) if not isinstance(item, Misfit)}
    misfits = [
        result(index, Written(status=REJECTED, code="invalid_input", errors=item.errors))
        for index, item in enumerate(items)
        if isinstance(item, Misfit)
    ]
    return fit, misfits


def answer(*parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The body of a bulk answer from its results in any order."""
    results = [result for part in parts for result in part]
    return {"results": sorted(results, key=lambda result: result["index"])}
