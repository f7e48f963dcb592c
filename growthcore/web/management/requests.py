"""How the management API reads bodies: JSON to the letter, and fields that take no near misses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import flask_smorest
import msgspec
from flask import Request
from marshmallow import RAISE, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from growthcore.api import Text
from growthcore.web import strict_json
from growthcore.web.errors import Refusal
from growthcore.web.management import access

_EARLIEST, _LATEST = 1970, 2100
_ANYTHING = msgspec.json.Decoder(Any)


class _Parser(FlaskParser):
    """Refuses what Python's own reader lets through: NaN, lone surrogates, bottomless nesting, NUL."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The decoded body. Raises :class:`Refusal` or an HTTP error."""
        if not req.is_json:
            raise UnsupportedMediaType
        body = req.get_data()
        try:
            value = strict_json.decode(body, _ANYTHING)
            strict_json.refuse_nul(body, value)
        except strict_json.Unreadable as error:
            text = Text(f"JSON을 읽을 수 없습니다: {error}", f"The body cannot be read: {error}")
            raise Refusal(400, "invalid_json", text) from error
        return value


class Blueprint(flask_smorest.Blueprint):
    """A resource of the management API: every view of it asks for a secret key."""

    ARGUMENTS_PARSER = _Parser(unknown=RAISE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(access.require_key)


class Whole(fields.Integer):
    """A whole number written as one: not a float, not text, not a boolean."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Give a whole number; money is in minor units, such as 30000.")
        if not -(2**53) <= value <= 2**53:
            raise ValidationError("This number is too large.")
        return value


class Moment(fields.AwareDateTime):
    """An instant with its offset, such as ``2026-11-22T10:00:00+09:00``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        at: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not _EARLIEST < at.year < _LATEST:
            raise ValidationError(f"Give an instant between {_EARLIEST} and {_LATEST}.")
        return at
