"""What an operator configures, and what a marketer writes."""

from marshmallow import fields, validate

from growthcore.api import ConfigSchema, ParamsSchema, Secret, TemplateField, Text, labelled


class Config(ConfigSchema):
    url = fields.Url(
        required=True,
        schemes={"https"},
        metadata=labelled(Text("주소", "Address"), Text("https만 됩니다.", "https only.")),
    )
    token = Secret(required=True, metadata=labelled(Text("토큰", "Token")))


class Content(ParamsSchema):
    text = TemplateField(
        required=True,
        multiline=True,
        validate=validate.Length(min=1, max=2_000),
        metadata=labelled(Text("내용", "Text")),
    )
