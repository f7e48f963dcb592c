"""Pictures of the demo shop's products, drawn by the project itself: a silhouette a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Final

from growthcore.demo.pictures import accessories, bottoms, tops
from growthcore.demo.pictures.sketch import Sketch

SILHOUETTES: Final[Mapping[str, Callable[[Sketch], None]]] = {
    draw.__name__: draw
    for draw in (
        tops.knit, tops.cardigan, tops.blouse, tops.tee, tops.sweatshirt, tops.shirt,
        tops.coat, tops.trench, tops.padding, tops.blazer,
        bottoms.jeans, bottoms.slacks, bottoms.skirt, bottoms.dress,
        accessories.tote, accessories.shoulder, accessories.sneakers, accessories.loafers,
        accessories.cap, accessories.scarf,
    )
}  # fmt: skip
"""How each kind of garment is drawn, by its name."""


@lru_cache(maxsize=512)
def picture(kind: str, colour: str, title: str) -> str:
    """The picture of a garment as SVG. ``colour`` is ``#rrggbb``; ``title`` is what it shows."""
    sketch = Sketch(colour)
    SILHOUETTES[kind](sketch)
    return sketch.svg(escape(title))
