"""How the management API reads bodies: JSON to the letter."""

from __future__ import annotations

from typing import Any

import flask_smorest
import msgspec
from flask import Request
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from growthcore.api import Text
from growthcore.web import strict_json
from growthcore.web.errors import Refusal
from growthcore.web.management import access

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
