"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Channel, Manifest, Text, hookimpl
from growthcore_channel_sms_cafe24.channel import SmsCafe24

MANIFEST = Manifest(
    name="channel_sms_cafe24",
    title=Text("카페24 문자", "SMS through Cafe24"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text(
        "카페24 쇼핑몰의 SMS 서비스로 SMS와 LMS를 보냅니다.",
        "Sends SMS and LMS through the SMS service of a Cafe24 mall.",
    ),
)


@hookimpl
def growthcore_channels() -> list[type[Channel]]:
    """Offer the SMS channel."""
    return [SmsCafe24]
