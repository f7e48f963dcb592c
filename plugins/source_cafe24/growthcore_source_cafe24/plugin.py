"""What the plugin is, and what it offers."""

from __future__ import annotations

import click

from growthcore.api import Category, Manifest, Source, Text, hookimpl
from growthcore_source_cafe24.commands import script
from growthcore_source_cafe24.source import Cafe24Source

MANIFEST = Manifest(
    name="source_cafe24",
    title=Text("카페24 데이터", "Cafe24 data"),
    api=(1, 0),
    category=Category.OTHER,
    description=Text(
        "카페24 쇼핑몰의 회원, 상품, 주문, 장바구니를 가져옵니다.",
        "Fetches members, products, orders and carts of a Cafe24 mall.",
    ),
)


@hookimpl
def growthcore_sources() -> list[type[Source]]:
    """Offer the source."""
    return [Cafe24Source]


@hookimpl
def growthcore_commands() -> list[click.Command]:
    """Offer the command that puts the storefront script into the shop."""
    return [script]
