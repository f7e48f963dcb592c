"""The AlimTalk channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from growthcore.api import (
    Approval,
    Capabilities,
    Compiled,
    ConfigError,
    Finding,
    Handed,
    MessageClass,
    MessageKind,
    OutgoingMessage,
    Preview,
    ProviderTemplate,
    Receipt,
    Report,
    Text,
    require,
)
from growthcore_channel_kakao_ncp import asking
from growthcore_channel_kakao_ncp.checks import blocking, findings
from growthcore_channel_kakao_ncp.composing import (
    LONGEST,
    AlimTalk,
    Failover,
    Letter,
    characters,
    variables,
)
from growthcore_channel_kakao_ncp.directory import LABELS, template_of
from growthcore_channel_kakao_ncp.explaining import explaining
from growthcore_channel_kakao_ncp.handing import HandOver
from growthcore_channel_kakao_ncp.messages import Message
from growthcore_channel_kakao_ncp.profile import SenderProfile
from growthcore_channel_kakao_ncp.schema import AlimTalkConfig, AlimTalkContent


class AlimTalkChannel(SenderProfile):
    """Informational KakaoTalk messages made of templates that Kakao has approved."""

    id = "alimtalk"
    title = Text("카카오 알림톡", "Kakao AlimTalk")
    help = Text(
        "카카오가 승인한 템플릿으로 주문, 배송 같은 정보성 메시지를 보냅니다.",
        "Sends informational messages, such as of orders, made of templates approved by Kakao.",
    )
    capabilities = Capabilities(
        batch_size=100,
        measures_clicks=True,
        reports_delivery=True,
        syncs_senders=True,
        syncs_templates=True,
        classes=frozenset({MessageClass.INFORMATIONAL}),
    )
    templates_help = Text(
        "NCP 콘솔의 Simple & Easy Notification Service > Biz Message > AlimTalk Template에서 등록하고 "
        "검수를 받습니다. 검수에는 1~3일이 걸립니다.",
        "Registered in the NCP console (Simple & Easy Notification Service > Biz Message > AlimTalk "
        "Template) and reviewed by Kakao within 1 to 3 days.",
    )
    template_labels = LABELS
    kinds = (
        MessageKind(id=asking.ALIMTALK, title=Text("알림톡", "AlimTalk"), price=8),
        MessageKind(id="SMS", title=Text("대체 발송 SMS", "SMS instead"), price=9),
        MessageKind(id="LMS", title=Text("대체 발송 LMS", "LMS instead"), price=30),
    )
    Config = AlimTalkConfig
    test_mark = None
    Content = AlimTalkContent

    def sync_templates(self) -> Sequence[ProviderTemplate]:
        """The templates of the account's channel, in every state."""
        with explaining():
            return [template_of(each) for each in self.sens.templates(self.profile)]

    def prepare(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep the template the content was written for, so that it can be shown again as it was."""
        found = self.context.directory.template(str(content.get("template") or ""))
        if found is None:
            return content
        return {**content, "revision": found.revision, "approved": dict(found.content)}

    @classmethod
    def variables_of(cls, template: ProviderTemplate) -> Sequence[str]:
        """Tell the variables of the approved text, its buttons and the rest."""
        return variables(template.content)

    def check(self, content: Mapping[str, Any], message_class: MessageClass) -> Sequence[Finding]:
        """See :func:`growthcore_channel_kakao_ncp.checks.findings`."""
        try:
            self._approved(content["template"], content["revision"])
        except ConfigError as error:
            return [blocking("template_unusable", "template", str(error))]
        return list(findings(content, message_class, self._letter(content)))

    def compile(self, content: Mapping[str, Any]) -> Compiled:
        """Prepare the template as it was when the content was saved, whatever became of it since.

        Raises :class:`ConfigError` when none was kept and it is not what was approved.
        """
        letter = self._letter(content)
        return Compiled(names=letter.names, render=letter.render)

    def _letter(self, content: Mapping[str, Any]) -> Letter:
        code, config = content["template"], self.context.config
        chosen = {"on": True, "off": False}.get(content["failover"], config["failover"])
        text, sender = content["failover_text"], config["failover_sender"]
        return Letter(
            code=code,
            revision=content["revision"],
            approved=content["approved"] or self._approved(code, content["revision"]).content,
            values=content["values"],
            failover=Failover(text=text, sender=sender) if chosen else None,
        )

    def _approved(self, code: str, revision: str) -> ProviderTemplate:
        found = self.context.directory.template(code)
        if found is None:
            raise ConfigError(
                f"The AlimTalk template {code} is not among the synced ones. Sync the templates, or "
                "choose another one."
            )
        require(
            found.approval is Approval.APPROVED,
            f"The AlimTalk template {code} can't be used now ({found.detail or found.approval}). "
            "Choose another one, or sync the templates when it is approved.",
        )
        require(
            not revision or revision == found.revision,
            f"The AlimTalk template {code} was changed after this message was written. Look through "
            "the message and save it again.",
        )
        return found

    def preview(self, rendered: AlimTalk) -> Preview:
        """Title, text and buttons, as KakaoTalk shows them one below the other."""
        buttons = rendered.body.get("buttons") or ()
        return Preview(
            subject=rendered.body.get("title"),
            text="\n".join(_lines(rendered.body)),
            sender=self.profile,
            buttons=[each["name"] for each in buttons],
            notes=[_length(rendered), *map(_leads, filter(_link, buttons))],
        )

    def kind_of(self, rendered: AlimTalk) -> str:
        """An AlimTalk, until it goes on as a text message."""
        return asking.ALIMTALK

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """One request for each template, up to 100 recipients in each.

        Raises :class:`ConfigError` when a template is no longer what was approved: nothing goes then.
        """
        for code, revision in {(each.rendered.template, each.rendered.revision) for each in batch}:
            self._approved(code, revision)
        return HandOver(batch, self._post, self.context.clock.now()).receipts()

    def _post(self, template: str, messages: Sequence[Mapping[str, Any]]) -> Sequence[Message]:
        request = {"plusFriendId": self.profile, "templateCode": template, "messages": messages}
        return self.sens.send(request)

    def settle(self, handed: Sequence[Handed]) -> Mapping[str, Receipt]:
        """Look for each in what SENS lists for its number and time."""
        now, log = self.context.clock.now(), self.context.log
        return asking.settled(self.sens, self.profile, handed, now, log)

    def results(self, handed: Sequence[Handed]) -> Mapping[str, Report]:
        """Ask for the messages, a request at a time."""
        now, service = self.context.clock.now(), self.context.config["sms_service_id"]
        return asking.reports(self.sens, handed, now, service, self.context.log)


def _lines(body: Mapping[str, Any]) -> list[str]:
    highlight, item = body.get("itemHighlight") or {}, body.get("item") or {}
    summary = item.get("summary") or {}
    rows = [*(item.get("list") or ()), *([summary] if summary else ())]
    return [
        *filter(None, [body.get("headerContent"), *highlight.values()]),
        *(f"{row.get('title')}: {row.get('description')}" for row in rows),
        body.get("content", ""),
    ]


def _length(rendered: AlimTalk) -> Text:
    length = characters(rendered.body.get("content", ""))
    return Text(f"본문 {length:,}자 (최대 {LONGEST:,}자)", f"{length:,} of {LONGEST:,} characters")


def _link(button: Mapping[str, str]) -> str:
    return button.get("linkMobile") or button.get("schemeIos") or ""


def _leads(button: Mapping[str, str]) -> Text:
    return Text(*[f"{button['name']} → {_link(button)}"] * 2)
