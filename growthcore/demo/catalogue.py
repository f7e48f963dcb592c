"""The products of the demo shop: always the same ones."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from growthcore.catalog.products import ProductInput
from growthcore.demo.pictures import picture
from growthcore.demo.scale import CURRENCY

PATH = "/demo-shop"
"""Where the web serves the shop."""

_SEED = 20_260_301
_STEP = 1_000
_ON_SALE, _SOLD_OUT = 0.28, 0.05
_FIRST = 24
"""Products of the first page, none of which is sold out."""


@dataclass(frozen=True, kw_only=True)
class Garment:
    """One product. Prices are in won; ``sale`` is None at the full price."""

    id: str
    name: str
    drawn: str
    colour: str
    category: str
    brand: str
    price: int
    sale: int | None
    stock: int
    season: frozenset[int]

    @property
    def now(self) -> int:
        """What it costs today."""
        return self.price if self.sale is None else self.sale

    @property
    def svg(self) -> str:
        """Its picture."""
        return picture(self.drawn, self.colour, self.name)

    def told(self, base_url: str) -> ProductInput:
        """The product as the shop at ``base_url`` tells it."""
        return ProductInput(
            external_id=self.id,
            name=self.name,
            url=f"{base_url}{PATH}/products/{self.id}",
            image_url=f"{base_url}{PATH}/images/{self.id}.svg",
            price=self.price,
            sale_price=self.sale,
            currency=CURRENCY,
            stock=self.stock,
            brand=self.brand,
            category=self.category,
        )


@cache
def garments() -> Sequence[Garment]:
    """Every product; each twenty in a row are one of every kind."""
    text = resources.files("growthcore.demo").joinpath("data/catalogue.toml").read_text("utf-8")
    given = tomllib.loads(text)
    source = random.Random(_SEED)  # noqa: S311 - the same shop every time
    styles = range(len(given["kinds"][0]["styles"]))
    pairs = [(kind, style) for style in styles for kind in given["kinds"]]
    return [
        _garment(number, kind, style, given["colours"], source)
        for number, (kind, style) in enumerate(pairs, 1)
    ]


@cache
def by_id() -> Mapping[str, Garment]:
    """Every product by its id."""
    return {garment.id: garment for garment in garments()}


def _garment(
    number: int,
    kind: Mapping[str, Any],
    style: int,
    colours: Mapping[str, str],
    source: random.Random,
) -> Garment:
    # Each style in another colour of the kind, so that a page of one kind is not of one colour.
    colour = kind["colours"][style % len(kind["colours"])]
    least, most = kind["price"]
    price = round(source.triangular(least, most, least) / _STEP) * _STEP
    share = source.choice((0.1, 0.15, 0.2, 0.3)) if source.random() < _ON_SALE else 0
    return Garment(
        id=f"HG{number:04}",
        name=f"{kind['styles'][style]} {kind['noun']} ({colour})",
        drawn=kind["drawn"],
        colour=colours[colour],
        category=kind["category"],
        brand=source.choice(kind["brands"]),
        price=price,
        sale=round(price * (1 - share) / 100) * 100 if share else None,
        stock=0 if source.random() < _SOLD_OUT and number > _FIRST else source.randint(4, 180),
        season=frozenset(kind["season"]),
    )
