"""Templates of the shop's own: content to begin messages from.

Using one copies it into a draft. No campaign refers to a template, so that changing or deleting one
touches no campaign, whether it is a draft, is planned or runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from growthcore.api import Channel, ConfigError, InvalidInput, SenderField, TemplateCode
from growthcore.campaigns import checks
from growthcore.campaigns.models import MessageTemplate
from growthcore.core import Core
from growthcore.db.paging import Page, paged
from growthcore.db.upsert import insert
from growthcore.operators import audit
from growthcore.plugins import choices

LONGEST_NAME = 60
_KEPT_ELSEWHERE = (
    "The provider of this channel approves its templates. Make them there and sync the account."
)
_NO_ACCOUNT = (
    "A template is checked by an account of its channel. Register one that is switched on first."
)


def get(session: Session, template_id: int) -> MessageTemplate:
    """One template. Raises :class:`InvalidInput` when there is none."""
    template = session.get(MessageTemplate, template_id)
    if template is None:
        raise InvalidInput({"template": f"There is no template {template_id}."})
    return template


def find(
    session: Session,
    channel: str | None = None,
    text: str = "",
    *,
    offset: int = 0,
    limit: int = 50,
) -> Page[MessageTemplate]:
    """Templates, of one channel unless that is None, with ``text`` in their name.

    The channel's default comes first, then those changed last.
    """
    order = (MessageTemplate.is_default.desc(), MessageTemplate.changed_at.desc())
    statement = select(MessageTemplate).order_by(*order, MessageTemplate.id)
    if channel is not None:
        statement = statement.where(MessageTemplate.channel == channel)
    if text:
        statement = statement.where(MessageTemplate.name.icontains(text, autoescape=True))
    return paged(session, statement, offset=offset, limit=limit)


def counts(session: Session) -> dict[str, int]:
    """How many templates each channel has; none for a channel without any."""
    each = select(MessageTemplate.channel, func.count()).group_by(MessageTemplate.channel)
    return dict(session.execute(each).all())


def default_of(session: Session, channel: str) -> MessageTemplate | None:
    """What an empty message of a channel begins with, if that was said."""
    return session.scalar(_of(channel).where(MessageTemplate.is_default))


def channel_of(core: Core, session: Session, channel: str) -> tuple[int, Channel]:
    """The oldest account of a channel that can be used, with what it builds: templates are read by it.

    Raises :class:`InvalidInput` when there is none.
    """
    for account in core.accounts.list(session, "channel"):
        if account.provider == channel:
            with suppress(ConfigError):
                return account.id, core.accounts.channel(account.id)
    raise InvalidInput({"channel": _NO_ACCOUNT})


def own_part(channel: type[Channel] | Channel, content: Mapping[str, Any]) -> dict[str, Any]:
    """Content without what belongs to an account: its senders and its provider's templates."""
    return {name: value for name, value in content.items() if name not in _of_accounts(channel)}


def filled(
    channel: type[Channel] | Channel, template: MessageTemplate, before: Mapping[str, Any]
) -> dict[str, Any]:
    """A template's content for a draft, which keeps the sender it had ``before``."""
    kept = {name: value for name, value in before.items() if name in _of_accounts(channel)}
    return {**kept, **template.content}


def create(
    core: Core,
    session: Session,
    channel: str,
    name: str,
    content: Mapping[str, Any],
    *,
    actor: str,
) -> MessageTemplate:
    """Keep content under a name that no other template of the channel has.

    Raises :class:`InvalidInput`: by ``name``, by ``channel``, and by path below ``content``.
    """
    kept = _checked(core, session, channel, name, content)
    now = core.clock.now()
    made = session.scalar(
        insert(session, MessageTemplate)
        .values(channel=channel, name=name.strip(), content=kept, created_at=now, changed_at=now)
        .on_conflict_do_nothing(index_elements=["channel", "name"])
        .returning(MessageTemplate.id)
    )
    if made is None:
        raise _taken(name)
    template = get(session, made)
    _audit(core, session, actor, "template.created", template)
    return template


def change(
    core: Core,
    session: Session,
    template_id: int,
    *,
    version: int,
    name: str,
    content: Mapping[str, Any],
    actor: str,
) -> MessageTemplate:
    """Replace name and content, if ``version`` is still the one in force.

    Raises :class:`InvalidInput` as :func:`create` does; by ``version`` when somebody else changed the
    template meanwhile.
    """
    template = get(session, template_id)
    kept = _checked(core, session, template.channel, name, content)
    same = _of(template.channel).where(MessageTemplate.name == name.strip())
    if session.scalar(same.where(MessageTemplate.id != template_id)) is not None:
        raise _taken(name)
    changed = session.execute(
        update(MessageTemplate)
        .where(MessageTemplate.id == template_id, MessageTemplate.version == version)
        .values(name=name.strip(), content=kept, version=version + 1, changed_at=core.clock.now())
        .returning(MessageTemplate.id)
    ).all()
    if not changed:
        text = "Somebody else changed this template meanwhile; reload it and try again."
        raise InvalidInput({"version": text})
    session.refresh(template)
    _audit(core, session, actor, "template.changed", template)
    return template


def duplicate(core: Core, session: Session, template_id: int, *, actor: str) -> MessageTemplate:
    """A copy called "… 사본", with a number behind it where that is taken."""
    source = get(session, template_id)
    _require_own(core, source.channel)
    taken = set(session.scalars(_of(source.channel).with_only_columns(MessageTemplate.name)))
    ends = (" 사본" if n == 1 else f" 사본 {n}" for n in count(1))
    names = (source.name[: LONGEST_NAME - len(end)] + end for end in ends)
    now = core.clock.now()
    copy = MessageTemplate(
        channel=source.channel,
        name=next(name for name in names if name not in taken),
        content=source.content,
        created_at=now,
        changed_at=now,
    )
    session.add(copy)
    session.flush()  # the audit entry names its id
    _audit(core, session, actor, "template.created", copy)
    return copy


def delete(core: Core, session: Session, template_id: int, *, actor: str) -> MessageTemplate:
    """Remove a template for good; what was made of it stays. Raises :class:`InvalidInput`."""
    template = get(session, template_id)
    _audit(core, session, actor, "template.deleted", template)
    session.delete(template)
    return template


def make_default(
    core: Core, session: Session, template_id: int, *, default: bool = True, actor: str
) -> MessageTemplate:
    """Begin empty messages of its channel with a template, or not any more."""
    template = get(session, template_id)
    # Locked together, so that of two people who choose at once the later one is right.
    for each in session.scalars(_of(template.channel).with_for_update()):
        each.is_default = default and each.id == template_id
    _audit(core, session, actor, "template.default", template)
    return template


def count_use(session: Session, template_id: int) -> None:
    """Note that a draft was saved from a template; one that is gone by now is no error."""
    session.execute(
        update(MessageTemplate)
        .where(MessageTemplate.id == template_id)
        .values(uses=MessageTemplate.uses + 1)
    )


def _checked(
    core: Core, session: Session, channel: str, name: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    errors = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        errors["name"] = f"A template's name has 1 to {LONGEST_NAME} characters."
    kept: dict[str, Any] = {}
    try:
        kept = _checked_content(core, session, channel, content)
    except InvalidInput as error:
        errors |= error.errors
    if errors:
        raise InvalidInput(errors)
    return kept


def _checked_content(
    core: Core, session: Session, channel: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    """As a draft's is: by the channel's schema, compiled, and its variables known."""
    _require_own(core, channel)
    account_id, reading = channel_of(core, session, channel)
    prepared = checks.prepared(core, session, {"account_id": account_id, "content": content})
    kept = own_part(reading, prepared)
    senders = _first_senders(session, account_id, reading)
    checks.require_valid(core, session, {"account_id": account_id, "content": senders | kept})
    return kept


def _require_own(core: Core, channel: str) -> None:
    offered = core.plugins.channels.get(channel)
    if offered is None:
        known = ", ".join(sorted(core.plugins.channels)) or "none"
        raise InvalidInput({"channel": f"No channel {channel!r} is installed, only: {known}."})
    if offered.capabilities.syncs_templates:
        raise InvalidInput({"channel": _KEPT_ELSEWHERE})


def _first_senders(session: Session, account_id: int, channel: Channel) -> dict[str, Any]:
    """A usable sender for each field that must have one: a template is nobody's in particular."""
    known = choices.of_account(session, account_id)
    found = {
        name: next((each.value for each in known(field) if not each.unusable), None)
        for name, field in channel.Content().load_fields.items()
        if isinstance(field, SenderField) and field.required
    }
    return {name: value for name, value in found.items() if value is not None}


def _of_accounts(channel: type[Channel] | Channel) -> Sequence[str]:
    fields = channel.Content().load_fields.items()
    return [name for name, field in fields if isinstance(field, SenderField | TemplateCode)]


def _of(channel: str) -> Select[MessageTemplate]:
    return (
        select(MessageTemplate)
        .where(MessageTemplate.channel == channel)
        .order_by(MessageTemplate.id)
    )


def _taken(name: str) -> InvalidInput:
    text = f"Another template of this channel is called {name.strip()!r}; choose another name."
    return InvalidInput({"name": text})


def _audit(
    core: Core, session: Session, actor: str, action: str, template: MessageTemplate
) -> None:
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="template",
        id=template.id,
        details={"name": template.name, "channel": template.channel},
    )
