"""Params of a model: stored as they were given, loaded by the algorithm's own schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from growthcore.api import Algorithm, InvalidInput
from growthcore.api.schema import flatten


def load(algorithm: Algorithm, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the algorithm is handed. Raises :class:`InvalidInput` by path."""
    try:
        loaded: Mapping[str, Any] = algorithm.Params().load(given)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages, "params")) from error
    return loaded
