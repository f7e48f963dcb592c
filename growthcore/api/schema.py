"""Schemas that validate, draw the admin form and document: one definition for all three.

They are marshmallow schemas. Every field carries ``label`` and may carry ``help``, both
:class:`Text`, through :func:`labelled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from growthcore.api.event_names import canonical
from growthcore.api.text import Text
from growthcore.api.values import MessageClass
from growthcore.api.windows import Window


class ConfigSchema(Schema):
    """Settings of one account. Unknown keys are refused, so a typo is never silently ignored."""

    class Meta:
        unknown = RAISE


class ParamsSchema(Schema):
    """What a person fills in each time a provider is used."""

    class Meta:
        unknown = RAISE


def labelled(label: Text, help: Text | None = None, **extra: Any) -> dict[str, Any]:  # noqa: A002
    """Field metadata: what the form says beside the field.

    ``automatic=True`` marks what :meth:`Channel.prepare` fills in, which nobody is asked for.
    ``destination=True`` marks what decides where, and how safely, an account's secrets are sent:
    when it changes, they have to be entered again, so that nobody redirects one they never knew.
    """
    return {"label": label, "help": help, **extra}


class Secret(fields.String):
    """A value that is sealed at rest, bound to its account, and never shown again.

    ``$env:NAME`` and ``$file:/path`` are references, resolved when used and never stored resolved.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(load_only=True, **kwargs)


class ServerPath(fields.String):
    """A file or folder of the server itself. In the admin only an owner may choose it."""


class OwnerSwitch(fields.Boolean):
    """A switch that takes a protection of the server away. In the admin only an owner may turn it."""


class ConnectionField(fields.Integer):
    """The account of a connection to ``provider`` that an account of another plugin goes by."""

    def __init__(self, provider: str, **kwargs: Any) -> None:
        self.provider = provider
        super().__init__(strict=True, **kwargs)


class SenderField(fields.String):
    """The key of one of the account's senders; the admin offers the approved ones."""


class TemplateCode(fields.String):
    """The code of one of the account's provider templates; the admin offers the approved ones."""


class MessagesField(fields.List[str]):
    """Kinds of messages as ``class:medium`` pairs such as ``advertising:email``; either may be ``*``."""

    def __init__(self, **kwargs: Any) -> None:
        classes = "|".join(MessageClass)
        pair = fields.String(
            validate=validate.Regexp(
                rf"^({classes}|\*):([a-z][a-z0-9_]*|\*)\Z",
                error="Write CLASS:MEDIUM, such as advertising:email; either may be *.",
            )
        )
        super().__init__(pair, validate=validate.Length(max=50), **kwargs)


class TemplateField(fields.String):
    """Text a marketer writes in which ``#{NAME}`` stands for a variable."""

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        super().__init__(**kwargs)


class EventName(fields.String):
    """The name of an event type: a GA4 e-commerce name, one of Segment's for it, or a custom one.

    Loads as the name events are kept under, so that ``Order Completed`` finds ``purchase``.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = canonical(super()._deserialize(value, attr, data, **kwargs) or "")
        if name is None:
            raise ValidationError(
                "An event name has 1-50 letters, digits or _, beginning with a letter."
            )
        return name


_UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60}
_LONGEST = 400 * 86_400 * 10


class WindowField(fields.Field[Window]):
    """A :class:`Window`.

    Relative: ``{"days": 7}``, ``{"hours": 36}``; with ``"ago": {"days": 7}`` it ends a week ago.
    Absolute: ``{"from": "2026-11-01", "to": "2026-11-30"}``, either end may be missing.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Window:
        if not isinstance(value, Mapping) or not value:
            raise ValidationError(
                'Give a window such as {"days": 7} or {"from": "2026-11-01", "to": "2026-11-30"}.'
            )
        if "from" in value or "to" in value:
            return _absolute(value)
        rest = {key: part for key, part in value.items() if key != "ago"}
        ago = _length(value["ago"]) if "ago" in value else timedelta()
        return Window(length=_length(rest), ago=ago)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return None
        if value.first_day or value.last_day:
            days = {"from": value.first_day, "to": value.last_day}
            return {key: day.isoformat() for key, day in days.items() if day}
        shown: dict[str, Any] = _in_units(value.length)
        if value.ago:
            shown["ago"] = _in_units(value.ago)
        return shown


def _length(value: Any) -> timedelta:
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in _UNITS:
        raise ValidationError("A length has one of days, hours or minutes.")
    unit, count = next(iter(value.items()))
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValidationError(f"{unit} must be a whole number of at least 1.")
    if count * _UNITS[unit] > _LONGEST:
        raise ValidationError("The longest window is 4,000 days.")
    return timedelta(seconds=count * _UNITS[unit])


def _absolute(value: Mapping[str, Any]) -> Window:
    if unknown := set(value) - {"from", "to"}:
        raise ValidationError(f"An absolute window has only from and to, not {min(unknown)}.")
    day = fields.Date(format="iso")
    first, last = (day.deserialize(value[k]) if k in value else None for k in ("from", "to"))
    if first and last and last < first:
        raise ValidationError("The last day must not be before the first.")
    return Window(first_day=first, last_day=last)


def _in_units(length: timedelta | None) -> dict[str, int]:
    seconds = int(length.total_seconds()) if length else 0
    for unit, size in _UNITS.items():
        if seconds and seconds % size == 0:
            return {unit: seconds // size}
    return {}


class DurationField(fields.Field[timedelta]):
    """A length of time such as ``{"hours": 1}``; also takes ``{"minutes": 0}`` for none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> timedelta:
        if isinstance(value, Mapping) and len(value) == 1 and next(iter(value.values())) == 0:
            return timedelta()
        return _length(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else _in_units(value) or {"minutes": 0}


def flatten(messages: Any, prefix: str = "") -> dict[str, str]:
    """Marshmallow's nested messages as ``{"items[0].price": "sentence"}``."""
    if isinstance(messages, Mapping):
        flat: dict[str, str] = {}
        for key, value in messages.items():
            flat |= flatten(value, _join(prefix, key))
        return flat
    if isinstance(messages, list | tuple):
        return {prefix: " ".join(str(message) for message in messages)}
    return {prefix: str(messages)}


def _join(prefix: str, key: Any) -> str:
    if key == "_schema":
        return prefix
    if isinstance(key, int):
        return f"{prefix}[{key}]"
    return f"{prefix}.{key}" if prefix else str(key)
