"""A drawing in SVG: half a garment, mirrored, in the colours of one product."""

from __future__ import annotations

WIDTH, HEIGHT = 480, 600


def mixed(colour: str, other: str, share: float) -> str:
    """``colour`` (``#rrggbb``) with ``share`` (0-1) of ``other`` in it."""
    parts = [
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


class Sketch:
    """Collects shapes. The middle of the picture is x = 240; a half is drawn to its right.

    ``floor`` is the height at which the shadow lies.
    """

    def __init__(self, colour: str) -> None:
        self.body = colour
        self.shade = mixed(colour, "#1d1a17", 0.14)
        self.light = mixed(colour, "#ffffff", 0.28)
        self.line = mixed(colour, "#1d1a17", 0.42)
        self.floor = 546
        self._shapes: list[str] = []

    def half(self, path: str, fill: str | None = None) -> None:
        """A shape from the middle line back to it, and its mirror image."""
        shape = f'<path d="{path}" fill="{fill or self.body}" stroke="{self.line}"/>'
        self._shapes.append(f"{shape}{_mirrored(shape)}")

    def pair(self, path: str) -> None:
        """A line, and its mirror image."""
        line = f'<path d="{path}" fill="none" stroke="{self.line}"/>'
        self._shapes.append(f"{line}{_mirrored(line)}")

    def shape(self, path: str, fill: str | None = None) -> None:
        """A shape that is not mirrored."""
        self._shapes.append(f'<path d="{path}" fill="{fill or self.body}" stroke="{self.line}"/>')

    def stroke(self, path: str, colour: str | None = None, width: int = 3) -> None:
        """A line that is not mirrored."""
        self._shapes.append(
            f'<path d="{path}" fill="none" stroke="{colour or self.line}" stroke-width="{width}"/>'
        )

    def buttons(self, x: int, *heights: int) -> None:
        """Buttons one below the other."""
        self._shapes += [
            f'<circle cx="{x}" cy="{y}" r="5" fill="{self.light}" stroke="{self.line}" '
            'stroke-width="2"/>'
            for y in heights
        ]

    def svg(self, title: str) -> str:
        """The whole picture; ``title`` is escaped text."""
        ground = mixed(mixed(self.body, "#ffffff", 0.74), "#e8e0d5", 0.62)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" role="img"><title>{title}</title>'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
            f'<circle cx="240" cy="290" r="212" fill="{mixed(ground, "#ffffff", 0.55)}"/>'
            f'<ellipse cx="240" cy="{self.floor}" rx="128" ry="11" fill="{mixed(ground, "#1d1a17", 0.1)}"/>'
            '<g stroke-width="3" stroke-linejoin="round" stroke-linecap="round">'
            f"{''.join(self._shapes)}</g></svg>"
        )


def _mirrored(shape: str) -> str:
    return f'<g transform="matrix(-1 0 0 1 {WIDTH} 0)">{shape}</g>'
