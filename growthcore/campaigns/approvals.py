"""Only what the provider approved is sent with: senders and templates, as they were last synced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from growthcore.api import Channel, InvalidInput, SenderField, TemplateCode
from growthcore.core import Core
from growthcore.plugins import choices, directory
from growthcore.plugins.choices import Choices


def require(
    session: Session, account_id: int, channel: Channel, content: Mapping[str, Any]
) -> None:
    """Raise :class:`InvalidInput` by path for what may not be sent with.

    ``content`` is as its schema loaded it. The account's own sender counts where it names none.
    """
    known = choices.of_account(session, account_id)
    named = list(_named(channel.Content(), content, "content."))
    if not any(isinstance(field, SenderField) for _, field, _ in named):
        config = _named(channel.Config(), channel.context.config)
        named += [("account_id", field, value) for _, field, value in config]
    found = {path: _sentence(field, value, known) for path, field, value in named}
    if problems := {path: sentence for path, sentence in found.items() if sentence}:
        raise InvalidInput(problems)


def _named(
    schema: Schema, loaded: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, SenderField | TemplateCode, str]]:
    """Path, field and value of each sender and template that something names."""
    for name, field in schema.load_fields.items():
        path, value = prefix + (field.data_key or name), loaded.get(field.attribute or name)
        if isinstance(field, fields.Nested) and isinstance(value, Mapping):
            yield from _named(field.schema, value, f"{path}.")
        elif isinstance(field, SenderField | TemplateCode) and value:
            yield path, field, value


def _sentence(field: SenderField | TemplateCode, value: str, known: Choices) -> str | None:
    is_sender = isinstance(field, SenderField)
    found = next((each for each in known(field) if each.value == value), None)
    if found is None and is_sender:
        return f"The provider lists no sender {value!r}. Sync the account or choose another."
    if found is None:
        return f"The provider lists no template {value!r}. Sync the account or choose another."
    if found.unusable is None:
        return None
    if is_sender:
        return f"The sender {found.label!r} is not approved by the provider. Choose another."
    return f"The template {found.label!r} is not approved by the provider. Choose another."


def variables(core: Core, session: Session, account_id: int, code: str) -> Sequence[str]:
    """What may be filled in a template of an account's provider; nothing for one it does not know."""
    channel = core.plugins.channels.get(core.accounts.get(session, account_id).provider)
    template = directory.template(session, account_id, code)
    return channel.variables_of(template) if channel and template else ()
