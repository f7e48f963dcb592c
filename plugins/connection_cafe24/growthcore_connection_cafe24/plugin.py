"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Connection, Manifest, Text, hookimpl
from growthcore_connection_cafe24.connection import Cafe24Connection

MANIFEST = Manifest(
    name="connection_cafe24",
    title=Text("카페24 연동", "Cafe24 connection"),
    api=(1, 0),
    category=Category.OTHER,
    description=Text(
        "카페24 쇼핑몰의 API를 다른 플러그인이 함께 쓰도록 연결합니다.",
        "Connects a Cafe24 mall, whose API other plugins share.",
    ),
)


@hookimpl
def growthcore_connections() -> list[type[Connection]]:
    """Offer the connection."""
    return [Cafe24Connection]
