"""What must hold of a campaign: at every save, and before a launch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from growthcore.api import (
    Channel,
    Compiled,
    ConfigError,
    Finding,
    InvalidInput,
    MessageClass,
    Severity,
    Text,
)
from growthcore.api.schema import flatten
from growthcore.campaigns import approvals, blocks, confirmations, definition
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.versions import load_trigger
from growthcore.core import Core
from growthcore.messaging import variables
from growthcore.messaging.law import lint
from growthcore.segments import service as segments

OVERDUE = "consent_overdue"
"""The code of what is found where consents have to be confirmed first."""


def require_valid(core: Core, session: Session, loaded: Mapping[str, Any]) -> None:
    """Raise :class:`InvalidInput` by path unless what there is of a definition fits what is installed."""
    if "account_id" in loaded:
        _require_channel(core, session, loaded)
    if loaded.get("audience") is not None:
        with _under("audience"):
            segments.check(core, session, loaded["audience"])
    if "trigger" in loaded.get("delivery", ()):
        load_trigger(core, loaded["delivery"]["trigger"])


def _require_channel(core: Core, session: Session, loaded: Mapping[str, Any]) -> None:
    channel = channel_of(core, session, loaded["account_id"])
    message_class = loaded.get("message_class")
    if message_class and message_class not in channel.capabilities.classes:
        raise InvalidInput(
            {
                "message_class": f"{channel.title.en} does not carry {message_class} "
                "messages; choose another channel or class."
            }
        )
    if "content" in loaded:
        content = load_content(channel, loaded["content"])
        approvals.require(session, loaded["account_id"], channel, content)
        compiled = compiled_of(channel, content)
        where = partial(_place, loaded["content"])
        variables.check_names(core, compiled.names, where)
        blocks.check_names(session, blocks.used(compiled), where)


def _place(content: Mapping[str, Any], name: str) -> str:
    """The path of the first text that uses a variable."""
    for field, text in content.items():
        if f"#{{{name}" in str(text):
            return f"content.{field}"
    return "content"


def channel_of(core: Core, session: Session, account_id: int) -> Channel:
    """The channel of an account.

    Raises :class:`InvalidInput` when there is no such account, or it can't be used now.
    """
    core.accounts.get(session, account_id)
    try:
        return core.accounts.channel(account_id)
    except ConfigError as error:
        raise InvalidInput({"account_id": str(error)}) from error


def prepared(core: Core, session: Session, parts: Mapping[str, Any]) -> Any:
    """The content of a definition as it is kept; see :meth:`Channel.prepare`."""
    content, account_id = parts.get("content"), parts.get("account_id")
    if not isinstance(content, Mapping) or not isinstance(account_id, int):
        return content
    return channel_of(core, session, account_id).prepare(content)


def taken_out(core: Core, channel: Channel, content: Mapping[str, Any]) -> Sequence[Text]:
    """What preparing content leaves out of it, in sentences."""
    with core.plugins.guarded("channel", channel.id):
        return channel.taken_out(content)


def load_content(channel: Channel, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Content as the channel's schema loads it. Raises :class:`InvalidInput` by path."""
    try:
        loaded: Mapping[str, Any] = channel.Content().load(content)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages, "content")) from error
    return loaded


def compiled_of(channel: Channel, content: Mapping[str, Any]) -> Compiled:
    """Loaded content, compiled. Raises :class:`InvalidInput` when the channel can't send it now."""
    try:
        return channel.compile(content)
    except ConfigError as error:
        raise InvalidInput({"content": str(error)}) from error


def findings(core: Core, session: Session, campaign: Campaign) -> list[Finding]:
    """Everything a launch would meet, blocking or not; of a draft also what is still missing."""
    try:
        loaded = definition.load(campaign.definition)
        require_valid(core, session, loaded)
    except InvalidInput as error:
        return [_blocking("invalid", path, text) for path, text in error.errors.items()]
    channel = channel_of(core, session, loaded["account_id"])
    content = load_content(channel, loaded["content"])
    found = list(channel.check(content, loaded["message_class"]))
    # A channel may say of its own what the law pack says of every one.
    told = {(each.code, each.path) for each in found}
    lawful = lint.findings(session, channel, loaded["message_class"], content)
    found += [each for each in lawful if (each.code, each.path) not in told]
    if loaded["message_class"] is MessageClass.ADVERTISING:
        found += _unconfirmed(core, session, channel.medium, loaded["audience"])
    if attention := core.accounts.get(session, loaded["account_id"]).attention:
        found.append(_blocking("account", "account_id", attention))
    return found


def _unconfirmed(
    core: Core, session: Session, medium: str, audience: Mapping[str, Any] | None
) -> list[Finding]:
    number = confirmations.overdue(core, session, medium, audience)
    if not number:
        return []
    text = (
        f"{number} recipients consented over two years ago and have not been sent a confirmation since, "
        "which article 50 (8) of the Network Act asks for. Send them the notice first."
    )
    return [Finding(severity=Severity.WARNING, code=OVERDUE, path="audience", text=text)]


def _blocking(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.BLOCKING, code=code, path=path, text=text)


def require_launchable(core: Core, session: Session, campaign: Campaign) -> None:
    """Raise :class:`InvalidInput` with every blocking finding."""
    blocking = {
        finding.path: finding.text
        for finding in findings(core, session, campaign)
        if finding.severity is Severity.BLOCKING
    }
    if blocking:
        raise InvalidInput(blocking)


class _under:  # noqa: N801 - reads as a word in a with statement
    """Prefix the paths of :class:`InvalidInput` raised inside."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InvalidInput):
            raise InvalidInput(
                {
                    f"{self._prefix}.{path}" if path else self._prefix: text
                    for path, text in error.errors.items()
                }
            ) from error
