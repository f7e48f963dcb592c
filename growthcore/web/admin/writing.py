"""The editor of a message's content, wherever one is written: for a campaign, as a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from growthcore.api import Channel, InvalidInput
from growthcore.campaigns import checks, preview, starters
from growthcore.campaigns.starters import Starter
from growthcore.customers import lookup
from growthcore.plugins import choices
from growthcore.plugins.forms import FieldView, form
from growthcore.recommendations import serving
from growthcore.web.admin import forms, languages, pages
from growthcore.web.admin.access import Role, may
from growthcore.web.admin.campaigns import frames
from growthcore.web.current import core

PREFIX = "content."
_OF_ACCOUNTS = ("sender", "provider_template")


@dataclass(frozen=True, kw_only=True)
class Editor:
    """What a page needs to have content written that ``account_id`` can send.

    ``variables`` are name, meaning and sample of each, ``models`` those of recommended products.
    """

    account_id: int
    channel: Channel
    views: Sequence[FieldView]
    variables: Sequence[tuple[str, str, str]]
    models: Sequence[str]
    prefix: str = PREFIX

    @property
    def starters(self) -> Mapping[str, Starter]:
        """The recommended templates of this channel."""
        return starters.STARTERS if self.channel.medium == "email" else {}


def editor(
    session: Session, account_id: int, channel: Channel, *, of_accounts: bool = True
) -> Editor:
    """The editor of one account; without what belongs to it unless ``of_accounts``."""
    views = form(channel.Content, choices.of_account(session, account_id))
    locale = languages.current()
    return Editor(
        account_id=account_id,
        channel=channel,
        views=[view for view in views if of_accounts or view.kind not in _OF_ACCOUNTS],
        variables=[
            (name, variable.title.to(locale), variable.sample.to(locale))
            for name, variable in core().plugins.variables.items()
        ],
        models=sorted(serving.known(session)),
    )


def read(channel: Channel) -> dict[str, Any]:
    """The content that was posted."""
    return forms.read(form(channel.Content), request.form, PREFIX)


def tell_taken_out(channel: Channel, content: Mapping[str, Any]) -> None:
    """Say on the next page what saving this content left out of it."""
    for each in checks.taken_out(core(), channel, content):
        pages.toast(each.to(languages.current()), "info")


def begun(session: Session, starter: str) -> Mapping[str, Any] | None:
    """The content of a recommended template; None where there is none of that name."""
    found = starters.STARTERS.get(starter)
    return found.content(sorted(serving.known(session))) if found else None


def framed(session: Session, parts: Mapping[str, Any], customer: str = "") -> Response:
    """A message in a frame of its own, as ``customer`` would get it or with samples."""
    try:
        # Whoever may not see personal data sees samples, whatever was asked for.
        chosen = lookup.resolve(session, customer) if customer and may(Role.MANAGER) else None
        shown = preview.preview(core(), session, parts, chosen, languages.current())
        medium = checks.channel_of(core(), session, parts["account_id"]).medium
    except InvalidInput as error:
        return frames.problem(error, _labels(session, parts))
    asked = request.form
    return frames.framed(
        shown,
        medium,
        dark="dark" in asked,
        images="without-images" not in asked,
        plain="plain" in asked,
    )


def _labels(session: Session, parts: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call the texts of a message, by path; nothing without a channel to ask."""
    try:
        channel = checks.channel_of(core(), session, parts.get("account_id", 0))
    except InvalidInput:
        return {}
    locale = languages.current()
    return {f"{PREFIX}{view.name}": view.label.to(locale) for view in form(channel.Content)}
