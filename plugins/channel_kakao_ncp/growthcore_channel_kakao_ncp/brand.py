"""The Brand Message channel: advertising to the friends of a Kakao channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from growthcore.api import (
    Capabilities,
    Compiled,
    Finding,
    MessageClass,
    MessageKind,
    OutgoingMessage,
    Preview,
    Receipt,
    RenderContext,
    RetryableError,
    Severity,
    Template,
    Text,
    unclosed,
)
from growthcore_channel_kakao_ncp.brand_schema import LONGEST, BrandConfig, BrandContent
from growthcore_channel_kakao_ncp.composing import address, characters
from growthcore_channel_kakao_ncp.handing import HandOver
from growthcore_channel_kakao_ncp.hours import is_closed, until_open
from growthcore_channel_kakao_ncp.messages import Message
from growthcore_channel_kakao_ncp.profile import SenderProfile

KIND = "BRAND"
_WEB = ("http://", "https://")


@dataclass(frozen=True, kw_only=True)
class BrandMessage:
    """A message ready to go but for the number; see :class:`handing.Rendered`."""

    body: Mapping[str, Any] = field(repr=False)
    problem: str | None = None
    template: str = ""


class BrandMessageChannel(SenderProfile):
    """Advertising in KakaoTalk: a free text with links."""

    id = "brandmessage"
    title = Text("카카오 브랜드 메시지", "Kakao Brand Message")
    help = Text(
        "카카오톡으로 채널 친구에게 광고를 보냅니다.",
        "Sends advertising in KakaoTalk, to friends of the channel.",
    )
    capabilities = Capabilities(
        batch_size=100,
        measures_clicks=True,
        syncs_senders=True,
        classes=frozenset({MessageClass.ADVERTISING}),
    )
    kinds = (MessageKind(id=KIND, title=Text("브랜드 메시지", "Brand Message"), price=15),)
    Config = BrandConfig
    test_mark = "text"
    Content = BrandContent

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """Find what could not be sent."""
        return list(_findings(content))

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Cut the texts once."""
        text, links = Template(content["text"]), [Template(b["url"]) for b in content["buttons"]]

        def render(recipient: RenderContext) -> BrandMessage:
            said = text.render(recipient.values)
            buttons = [_button(each, recipient) for each in content["buttons"]]
            body = {"content": said, **({"buttons": buttons} if buttons else {})}
            return BrandMessage(body=body, problem=_problem(said, buttons))

        return Compiled(names=text.names.union(*(each.names for each in links)), render=render)

    def preview(self, rendered: BrandMessage) -> Preview:
        """The text and its buttons, one below the other."""
        buttons = rendered.body.get("buttons") or ()
        return Preview(
            text=rendered.body["content"],
            sender=self.profile,
            buttons=[each["name"] for each in buttons],
            notes=[Text(*[f"{each['name']} → {each['linkMobile']}"] * 2) for each in buttons],
        )

    def kind_of(self, rendered: BrandMessage) -> str:
        """There is but one."""
        return KIND

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """One request, while Kakao delivers; from the evening on everything waits."""
        now = self.context.clock.now()
        if batch and is_closed(now):
            text = "KakaoTalk delivers advertising from 08:00 to 20:50 only."
            raise RetryableError(text, after=until_open(now))
        return HandOver(batch, self._post, now).receipts()

    def _post(self, template: str, messages: Sequence[Mapping[str, Any]]) -> Sequence[Message]:
        request = {
            "plusFriendId": self.profile,
            "messageType": "TEXT",
            "targeting": self.context.config["targeting"],
            "messages": messages,
        }
        return replace(self.sens, room="brandmessage").send(request)


def _button(button: Mapping[str, str], recipient: RenderContext) -> dict[str, str]:
    url = address(button["url"], recipient.values)
    link = recipient.link(url, button["name"]) if url.lower().startswith(_WEB) else ""
    return {"type": "WL", "name": button["name"], "linkMobile": link, "linkPc": link}


def _problem(text: str, buttons: Sequence[Mapping[str, str]]) -> str | None:
    if characters(text) > LONGEST:
        return "text_too_long"
    return None if all(each["linkMobile"] for each in buttons) else "link_invalid"


def _findings(content: Mapping[str, Any]) -> Iterator[Finding]:
    buttons = enumerate(content["buttons"])
    links = {f"buttons[{place}].url": each["url"] for place, each in buttons}
    for path, text in {"text": content["text"], **links}.items():
        for begun in unclosed(text):
            said = f"{begun!r} begins a variable that is not closed: write #{{NAME}}."
            yield _blocking("variable_unclosed", path, said)
    for path, link in links.items():
        if not link.lower().startswith((*_WEB, "#{")):
            yield _blocking("link_invalid", path, "A link begins with https:// or is a variable.")


def _blocking(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.BLOCKING, code=code, path=path, text=text)
