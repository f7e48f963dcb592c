"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Channel, Manifest, Text, hookimpl
from growthcore_channel_webhook.channel import WebhookChannel

MANIFEST = Manifest(
    name="channel_webhook",
    title=Text("웹훅", "Webhook"),
    api=(1, 0),
    category=Category.CHANNEL,
    description=Text(
        "메시지를 서명하여 쇼핑몰의 다른 시스템으로 보냅니다(Standard Webhooks).",
        "Posts signed messages to another system of the shop's (Standard Webhooks).",
    ),
)


@hookimpl
def growthcore_channels() -> list[type[Channel]]:
    """Offer the webhook channel."""
    return [WebhookChannel]
