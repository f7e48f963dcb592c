"""Messages to look at: a draft's, and one again as it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Channel, Compiled, InvalidInput, MessageClass, Preview
from growthcore.campaigns import blocks, checks, definition
from growthcore.campaigns.models import CampaignVersion
from growthcore.core import Core
from growthcore.messaging import rendering, snapshots, variables
from growthcore.messaging.law import notices
from growthcore.messaging.law.pack import korea
from growthcore.messaging.models import Message
from growthcore.operators import workspace


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a campaign says, ready to be laid out for one recipient."""

    core: Core = field(repr=False)
    channel: Channel
    message_class: MessageClass
    compiled: Compiled

    @classmethod
    def of(
        cls, core: Core, session: Session, parts: Mapping[str, Any], *, mark: str = ""
    ) -> Letter:
        """The letter of a definition of which account, class and content are there.

        ``mark`` is put before the text that the channel says (``test_mark``), if any.
        Raises :class:`InvalidInput`.
        """
        loaded = definition.load_part(parts)
        for name in ("account_id", "message_class", "content"):
            if name not in loaded:
                raise InvalidInput({name: "The draft has no message yet."})
        checks.require_valid(core, session, {k: v for k, v in loaded.items() if k in _SAID})
        channel = checks.channel_of(core, session, loaded["account_id"])
        content = dict(checks.load_content(channel, loaded["content"]))
        marked = channel.test_mark if mark else None
        if marked and content.get(marked):
            content[marked] = f"{mark} {_unlabelled(content[marked])}"
        return cls(
            core=core,
            channel=channel,
            message_class=loaded["message_class"],
            compiled=checks.compiled_of(channel, content),
        )

    def render(self, context: rendering.Context) -> Any:
        """What the channel would hand over. Raises :class:`InvalidInput` where a value is missing."""
        with self.core.plugins.guarded("channel", self.channel.id):
            result = rendering.render(self.compiled, context)
        if result.problem:
            raise InvalidInput(
                {
                    "content": f"#{{{result.missing}}} has no value and no fallback for this customer."
                }
            )
        return result.rendered

    def show(self, context: rendering.Context) -> Preview:
        """The message as a person would see it."""
        rendered = self.render(context)
        with self.core.plugins.guarded("channel", self.channel.id):
            return self.channel.preview(rendered)

    def context(
        self, session: Session, customer_id: int | None = None, locale: str = "ko"
    ) -> rendering.Context:
        """The values of one customer, or samples. Raises :class:`InvalidInput` for an unknown one."""
        settings = workspace.get(session)
        shop = workspace.as_shop(settings)
        names, wanted = self.compiled.names, blocks.used(self.compiled)
        context = rendering.Context(message_class=self.message_class, values={})
        context.unsubscribe_url = _inert_unsubscribe(self.core)
        context.notice = notices.notice_for(
            self.channel.medium, self.message_class, settings, self.channel.opt_out_number()
        )
        if customer_id is None:
            known = self.core.plugins.variables
            context.values = {n: known[n].sample.to(locale) for n in names if n in known}
            context.blocks = blocks.samples(session, wanted, shop)
            return context
        people = list(self.core.ports.customers.get([customer_id]).values())
        if not people:
            raise InvalidInput({"customer": f"There is no customer {customer_id}."})
        context.values = variables.resolve(self.core, names, people, shop)[customer_id]
        context.blocks = blocks.for_customer(self.core, wanted, people[0], shop)
        return context


_SAID = ("account_id", "message_class", "content")


def preview(
    core: Core,
    session: Session,
    parts: Mapping[str, Any],
    customer_id: int | None = None,
    locale: str = "ko",
) -> Preview:
    """What a definition says, as one customer would get it or with samples."""
    letter = Letter.of(core, session, parts)
    return letter.show(letter.context(session, customer_id, locale))


def as_sent(core: Core, session: Session, message_id: int) -> Preview:
    """A message again, from the version it was made of and what was kept of it."""
    message = session.get(Message, message_id)
    snapshot = snapshots.load(session, message_id)
    if message is None or snapshot is None:
        raise InvalidInput({"message": f"Nothing is kept of a message {message_id}."})
    version = session.get_one(CampaignVersion, message.version_id)
    loaded = definition.load(version.definition["campaign"])
    channel = checks.channel_of(core, session, loaded["account_id"])
    context = rendering.context_from(snapshot, loaded["message_class"])
    context.unsubscribe_url = _inert_unsubscribe(core)
    letter = Letter(
        core=core,
        channel=channel,
        message_class=loaded["message_class"],
        compiled=checks.compiled_of(channel, checks.load_content(channel, loaded["content"])),
    )
    return letter.show(context)


def _unlabelled(text: str) -> str:
    """The text without its label, which the channel puts before whatever it begins with."""
    return text.lstrip().removeprefix(korea().label).lstrip()


def _inert_unsubscribe(core: Core) -> str:
    """An address that looks the part and unsubscribes nobody: whoever looks is no recipient."""
    return f"{core.settings.base_url}/t/u/preview"
