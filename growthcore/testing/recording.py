"""A channel that keeps what it is handed, and answers as the test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from marshmallow import fields

from growthcore.api import (
    AddressKind,
    Capabilities,
    Category,
    Channel,
    Compiled,
    GrowthCoreError,
    Handed,
    ItemView,
    Keep,
    MessageKind,
    OutgoingMessage,
    ParamsSchema,
    Preview,
    Receipt,
    RenderContext,
    Report,
    Returned,
    Template,
    TemplateField,
    Text,
    hookimpl,
    is_block,
)
from growthcore.testing.plugins import a_manifest

SHORT = 40
KINDS = (
    MessageKind(id="SHORT", title=Text("단문", "Short"), price=9),
    MessageKind(id="LONG", title=Text("장문", "Long"), price=27),
)

Answer = Callable[[Sequence[OutgoingMessage]], Sequence[Receipt]]


class RecordedContent(ParamsSchema):
    """What the recording channel takes."""

    body = TemplateField(required=True)
    link = fields.String(load_default=None)


def accept(batch: Sequence[OutgoingMessage]) -> list[Receipt]:
    """Take everything."""
    return [Receipt.accepted(f"provider-{message.reference}") for message in batch]


class Recording:
    """What one test's channel was handed. ``answer`` is what it does; it may raise.

    ``settles`` and ``reports`` are what it says when asked, by reference; with ``reports_delivery`` it
    is asked about what it accepted, and ``asked`` holds each question. ``returns`` is what came back,
    which stays until it was kept, an error that looking for it raises, or None without a place for it.
    With ``replays`` what it took or refused may be handed over again.
    ``medium`` is what it counts as, though all of its addresses are of e-mail. With ``kinds`` a body of
    more than :data:`SHORT` characters is billed as a long one.
    """

    def __init__(
        self,
        answer: Answer = accept,
        *,
        medium: str = "email",
        reports_delivery: bool = False,
        replays: bool = False,
        kinds: bool = False,
    ) -> None:
        self.answer = answer
        self.medium = medium
        self.batches: list[list[OutgoingMessage]] = []
        self.settles: Mapping[str, Receipt] = {}
        self.reports: Mapping[str, Report] = {}
        self.reports_delivery = reports_delivery
        self.replays = replays
        self.kinds = KINDS if kinds else ()
        self.asked: list[list[Handed]] = []
        self.returns: list[Returned] | GrowthCoreError | None = None

    @property
    def messages(self) -> list[OutgoingMessage]:
        """Every message handed over, in order."""
        return [message for batch in self.batches for message in batch]

    @property
    def addresses(self) -> list[str]:
        """To whom, in order."""
        return [message.address for message in self.messages]

    def plugin(self, name: str = "channel_recording") -> Any:
        """A plugin that offers the channel, for :func:`growthcore.testing.plugins.plugins_of`."""
        offered = type(
            "RecordingChannel",
            (_RecordingChannel,),
            {
                "recording": self,
                "medium": self.medium,
                "kinds": self.kinds,
                "capabilities": replace(
                    _RecordingChannel.capabilities,
                    reports_delivery=self.reports_delivery,
                    replays=self.replays,
                ),
            },
        )

        class Plugin:
            MANIFEST = a_manifest(name, Category.CHANNEL)

            @staticmethod
            @hookimpl
            def growthcore_channels() -> list[type[Channel]]:
                return [offered]

        return Plugin


class _RecordingChannel(Channel):
    id = "recording"
    title = Text("기록", "Recording")
    medium = "email"
    address = AddressKind.EMAIL
    capabilities = Capabilities(measures_opens=True, measures_clicks=True)
    Content = RecordedContent
    recording: ClassVar[Recording]

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        return _compiled(content)

    def preview(self, rendered: Mapping[str, Any]) -> Preview:
        notice = rendered.get("notice")
        return Preview(text=rendered["body"], sender=notice.sender if notice else None)

    def kind_of(self, rendered: Mapping[str, Any]) -> str:
        return "LONG" if len(rendered["body"]) > SHORT else "SHORT"

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        self.recording.batches.append(list(batch))
        return self.recording.answer(batch)

    def settle(self, handed: Sequence[Handed]) -> Mapping[str, Receipt]:
        self.recording.asked.append(list(handed))
        asked = {each.reference for each in handed}
        return {r: s for r, s in self.recording.settles.items() if r in asked}

    def results(self, handed: Sequence[Handed]) -> Mapping[str, Report]:
        self.recording.asked.append(list(handed))
        asked = {each.reference for each in handed}
        return {r: s for r, s in self.recording.reports.items() if r in asked}

    def collects(self) -> bool:
        return self.recording.returns is not None

    def collect(self, keep: Keep) -> bool:
        if isinstance(self.recording.returns, GrowthCoreError):
            raise self.recording.returns
        self.recording.returns = [each for each in self.recording.returns or () if not keep(each)]
        return False


def _compiled(content: Mapping[str, Any]) -> Compiled:
    template = Template(content["body"])
    blocks = frozenset(name for name in template.names if is_block(name))

    def render(recipient: RenderContext) -> Mapping[str, Any]:
        items: dict[str, Sequence[ItemView]] = {name: recipient.items(name) for name in blocks}
        shown = {
            name: ", ".join(item.name for item in found) or " " for name, found in items.items()
        }
        return {
            "body": template.render({**recipient.values, **shown}),
            "items": items,
            "link": recipient.link(content["link"], "main") if content["link"] else None,
            "pixel": recipient.open_pixel,
            "unsubscribe": recipient.unsubscribe_url,
            "notice": recipient.notice,
        }

    return Compiled(names=template.names - blocks, blocks=blocks, render=render)
