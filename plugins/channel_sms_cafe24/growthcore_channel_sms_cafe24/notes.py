"""What is told beside a text while somebody writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from growthcore.api import Text
from growthcore_channel_sms_cafe24 import text
from growthcore_channel_sms_cafe24.composing import NO_OPT_OUT, UNSENDABLE, Sms

_PROBLEMS: Mapping[str, Text] = {
    "text_too_long": Text("너무 길어 발송되지 않습니다.", "Too long: it is not sent."),
    "title_too_long": Text("제목이 40byte를 넘습니다.", "The title is over 40 bytes."),
    "text_empty": Text("내용이 없어 발송되지 않습니다.", "Nothing to send."),
    "label_disguised": Text(
        "(광고) 표기를 바꿔 쓸 수 없습니다. 본문에서 빼세요.",
        "The label (광고) must not be altered: leave it out of the text.",
    ),
    NO_OPT_OUT: Text(
        "080 수신거부 번호가 없어 발송되지 않습니다.",
        "Not sent: there is no 080 number to refuse by.",
    ),
}


def notes_on(sms: Sms) -> Iterator[Text]:
    """Its bytes and its kind, and why it would not be sent."""
    most = text.SMS_BYTES if sms.kind == "SMS" else text.LMS_BYTES
    yield Text(
        f"{sms.size:,} / {most:,}byte · {sms.kind}", f"{sms.size:,} / {most:,} bytes · {sms.kind}"
    )
    if sms.problem == UNSENDABLE:
        unsendable = text.unsendable(f"{sms.text}\n{sms.title or ''}")
        shown = " ".join(dict.fromkeys(each.character for each in unsendable))
        yield Text(f"문자로 보낼 수 없는 글자: {shown}", f"Can't be sent by SMS: {shown}")
    elif sms.problem:
        yield _PROBLEMS[sms.problem]
