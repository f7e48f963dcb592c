"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Channel, Manifest, Text, hookimpl
from growthcore_channel_email_smtp.channel import EmailSmtp

MANIFEST = Manifest(
    name="channel_email_smtp",
    title=Text("이메일 (SMTP)", "E-mail (SMTP)"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text(
        "SMTP 서버로 개인화된 HTML 이메일을 보내고 오픈과 클릭을 측정합니다.",
        "Sends personalised HTML e-mail through an SMTP server; measures opens and clicks.",
    ),
)


@hookimpl
def growthcore_channels() -> list[type[Channel]]:
    """Offer the e-mail channel."""
    return [EmailSmtp]
