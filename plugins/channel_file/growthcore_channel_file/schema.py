"""What an operator configures, and what a marketer writes."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import (
    ConfigSchema,
    ParamsSchema,
    ServerPath,
    TemplateField,
    Text,
    labelled,
)


class Config(ConfigSchema):
    """Where the lines go, and how."""

    path = ServerPath(
        required=True,
        validate=validate.Regexp(
            r"^/[^\x00]+\Z", error="Give an absolute path: /var/spool/x.jsonl"
        ),
        metadata=labelled(
            Text("파일 경로", "File"),
            Text(
                "절대 경로. 폴더는 미리 만들어 두세요.",
                "An absolute path, in a folder that exists.",
            ),
        ),
    )
    durable = fields.Boolean(
        load_default=False,
        metadata=labelled(
            Text("디스크 기록 확인", "Wait for the disk"),
            Text(
                "묶음마다 디스크에 기록될 때까지 기다립니다. 정전에도 남지만 느립니다.",
                "Each batch is on disk before it counts as sent: survives a power cut, is slower.",
            ),
        ),
    )
    pace = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=100_000),
        metadata=labelled(
            Text("초당 최대 건수", "Messages a second"),
            Text("비워 두면 제한이 없습니다.", "Empty: as fast as it goes."),
        ),
    )


class Content(ParamsSchema):
    """One message."""

    subject = TemplateField(
        load_default="",
        validate=validate.Length(max=200),
        metadata=labelled(Text("제목", "Subject")),
    )
    body = TemplateField(
        required=True,
        multiline=True,
        validate=validate.Length(min=1, max=20_000),
        metadata=labelled(Text("본문", "Body")),
    )
