"""What an operator fills in for a provider: checked, split from its secrets, and opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError

from growthcore.api.errors import ConfigError, InvalidInput
from growthcore.api.schema import Secret, flatten
from growthcore.plugins.models import Account
from growthcore.plugins.secrets import Keys, resolve


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Valid configuration: ``config`` is JSON, ``secrets`` are plain texts or references."""

    config: dict[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


def check(schema: Schema, values: Mapping[str, Any], kept: Mapping[str, str]) -> Checked:
    """Validate what was filled in. Blank fields count as not given; blank secrets stay as ``kept``.

    Raises :class:`InvalidInput` by field.
    """
    given = {name: value for name, value in values.items() if value not in ("", None)}
    names = secret_names(schema)
    secrets = {**kept, **{name: given[name] for name in given if name in names}}
    plain = {name: value for name, value in given.items() if name not in names}
    try:
        loaded = schema.load({**plain, **_resolved(secrets)})
    except ValidationError as error:
        # The error holds what was filled in, secrets among it: it goes no further.
        raise InvalidInput(flatten(error.messages)) from None
    return Checked(config=dict(schema.dump(loaded)), secrets=secrets)


def revise(
    keys: Keys,
    schema: Schema,
    account: Account,
    values: Mapping[str, Any],
    forget: Collection[str] = (),
) -> Checked:
    """Validate what is to replace an account's configuration.

    Secrets that are blank or left out stay, but for those named in ``forget``; none stays when where
    it is sent to changes. Raises :class:`InvalidInput` by field, :class:`ConfigError` when a secret
    that stays does not open.
    """
    names = secret_names(schema)
    # One that is entered anew need not open, or a lost key could never be mended.
    stored = {
        name: sealed
        for name, sealed in account.sealed.items()
        if name in names and name not in forget and values.get(name) in ("", None)
    }
    kept = unseal(keys, account.id, stored)
    checked = check(schema, values, kept)
    if kept and moved(schema, account.config, checked.config):
        raise InvalidInput(dict.fromkeys(kept, "Enter it again: where it is sent to has changed."))
    return checked


def load(schema: Schema, config: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """What the provider is handed, references resolved. Raises :class:`ConfigError`."""
    plain = {name: resolve(value) for name, value in secrets.items()}
    try:
        return dict(schema.load({**config, **plain}))
    except ValidationError as error:
        wrong = InvalidInput(flatten(error.messages))
        raise ConfigError(f"The settings no longer fit; save them again. {wrong}") from None


def seal(keys: Keys, account_id: int, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Every secret, sealed for its place in this account."""
    return {name: keys.seal(value, _place(account_id, name)) for name, value in secrets.items()}


def unseal(keys: Keys, account_id: int, sealed: Mapping[str, str]) -> dict[str, str]:
    """Every secret as it was entered. Raises :class:`ConfigError`."""
    return {name: keys.open(value, _place(account_id, name)) for name, value in sealed.items()}


def secret_names(schema: Schema) -> frozenset[str]:
    """The names under which a schema takes secrets."""
    fields = schema.load_fields.items()
    return frozenset(each.data_key or name for name, each in fields if isinstance(each, Secret))


def moved(schema: Schema, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether secrets would be sent elsewhere, or less safely, than before."""
    return any(
        before[name] != after.get(name)
        for key, each in schema.load_fields.items()
        if each.metadata.get("destination") and (name := each.data_key or key) in before
    )


def _resolved(secrets: Mapping[str, Any]) -> dict[str, Any]:
    resolved: dict[str, Any] = {}
    for name, value in secrets.items():
        try:
            resolved[name] = resolve(value) if isinstance(value, str) else value
        except ConfigError as error:
            raise InvalidInput({name: str(error)}) from error
    return resolved


def _place(account_id: int, name: str) -> str:
    return f"account:{account_id}:{name}"
