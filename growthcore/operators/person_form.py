"""What can be filled in about a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from marshmallow import ValidationError, fields, validate

from growthcore.api.errors import InvalidInput
from growthcore.api.schema import ParamsSchema, flatten, labelled
from growthcore.api.text import Text
from growthcore.operators import passwords
from growthcore.operators.roles import Role

LOCALES = ("ko", "en")
THEMES = ("auto", "light", "dark")

_NAME = "Enter a name of 1 to 100 characters."
_EMAIL = "Enter an e-mail address such as name@shop.com."
_ROLE = "Choose one of viewer, editor, manager or owner."


def normalised(email: str) -> str:
    """An address as it is kept and compared: two that differ in case only are one person's."""
    return unicodedata.normalize("NFC", email).strip().lower()


def is_address(text: str) -> bool:
    """Whether this reads as an e-mail address."""
    return not PersonSchema(only=("email",)).validate({"email": text})


class _Stripped(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return (super()._deserialize(value, attr, data, **kwargs) or "").strip()


class _Email(fields.Email):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return normalised(super()._deserialize(value, attr, data, **kwargs) or "")


class PersonSchema(ParamsSchema):
    """A person's fields; each is required where it is asked for."""

    name = _Stripped(
        required=True,
        validate=validate.Length(1, 100, error=_NAME),
        error_messages={"required": _NAME, "invalid": _NAME},
        metadata=labelled(Text("이름", "Name")),
    )
    email = _Email(
        required=True,
        validate=validate.Length(max=254, error=_EMAIL),
        error_messages={"required": _EMAIL, "invalid": _EMAIL},
        metadata=labelled(Text("이메일(아이디)", "E-mail (user name)")),
    )
    role = fields.Enum(
        Role,
        by_value=True,
        required=True,
        error_messages={"required": _ROLE, "unknown": _ROLE},
        metadata=labelled(Text("권한", "Role")),
    )
    active = fields.Boolean(required=True, metadata=labelled(Text("상태", "State")))
    locale = fields.String(
        required=True,
        validate=validate.OneOf(LOCALES, error="Choose ko or en."),
        metadata=labelled(Text("언어", "Language")),
    )
    theme = fields.String(
        required=True,
        validate=validate.OneOf(THEMES, error="Choose auto, light or dark."),
        metadata=labelled(Text("테마", "Theme")),
    )


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A person to be added, checked; the password is hashed already."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: Role
    locale: str
    password_hash: str = field(repr=False)

    @classmethod
    def of(cls, values: Mapping[str, Any], told: Mapping[str, str] | None = None) -> Self:
        """Read ``name``, ``email``, ``role``, ``password`` and, if not Korean, ``locale``.

        Raises :class:`InvalidInput` with everything that is wrong, also what was ``told`` to be
        wrong besides. Hashes: not in a transaction.
        """
        given = {"locale": LOCALES[0], **values}
        password = str(given.pop("password", "") or "")
        email = normalised(str(given.get("email", "")))
        problem = passwords.problem(password, email=email)
        told = {**(told or {}), **({"password": problem} if problem else {})}
        checked = read(given, ("name", "email", "role", "locale"), told)
        return cls(**checked, password_hash=passwords.hashed(password))


def read(
    values: Mapping[str, Any], only: Sequence[str], told: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The fields ``only``, checked, every one of them required.

    Raises :class:`InvalidInput`, also with what was ``told`` to be wrong besides.
    """
    try:
        checked: dict[str, Any] = PersonSchema(only=only).load(values)
    except ValidationError as error:
        raise InvalidInput({**flatten(error.messages), **(told or {})}) from error
    if told:
        raise InvalidInput(told)
    return checked
